import { byId } from "./dom.js";

/** Milliseconds between two sentences about what goes on: a screen reader reads each of them. */
const SELDOM = 10_000;

/** The line of a panel that says how things are. */
export class Status {
  readonly #element: HTMLElement;
  #said: number = Number.NEGATIVE_INFINITY;

  constructor(id: string) {
    this.#element = byId(id);
  }

  say(sentence: string): void {
    this.#said = performance.now();
    this.#element.classList.remove("wrong");
    this.#element.textContent = sentence;
  }

  /** Says what goes on, if nothing was said for a while. */
  sayNowAndThen(sentence: () => string): void {
    if (performance.now() - this.#said > SELDOM) this.say(sentence());
  }

  /** Something went wrong that is nobody's field. */
  fail(error: unknown): void {
    this.say(`It stopped: ${error instanceof Error ? error.message : String(error)}. Starting again may help.`);
    this.#element.classList.add("wrong");
  }
}
