import { clearLine, cursorTo } from "node:readline";
import type { WriteStream } from "node:tty";
import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where the program says what it does: standard error. On a terminal it has a line that changes; elsewhere there are only lines that stay. */
export class Narrator {
  static readonly name: string = "Narrator";
  readonly #stream: WriteStream;
  readonly #isLive: boolean;
  #shown = false;
  #lastDraw = 0;

  constructor(stream: WriteStream) {
    this.#stream = stream;
    this.#isLive = stream.isTTY === true && process.env["TERM"] !== "dumb";
  }

  /** Whether there is a line that changes. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** The text in colour, where the terminal has them and NO_COLOR does not say otherwise. */
  paint(style: Style, text: string): string {
    return this.#stream.isTTY && this.#stream.hasColors() ? styleText(style, text) : text;
  }

  /** A line that stays. */
  say(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
  }

  /** The line that changes; at most ten times a second, and never wider than the terminal. */
  live(text: () => string): void {
    if (!this.#isLive || performance.now() - this.#lastDraw < 100) return;
    this.#lastDraw = performance.now();
    this.#clear();
    this.#stream.write(text());
    this.#shown = true;
  }

  /** How many letters fit in the line that changes. */
  get width(): number {
    return (this.#stream.columns ?? 80) - 1;
  }

  /** Takes the line that changes away. */
  stop(): void {
    this.#clear();
  }

  #clear(): void {
    if (!this.#shown) return;
    cursorTo(this.#stream, 0);
    clearLine(this.#stream, 0);
    this.#shown = false;
  }
}

let isRead = true;

/** The reader of standard output has had enough: what is printed from now on is for nobody. */
export function stopPrinting(): void {
  isRead = false;
}

/** Writes data to standard output. Waits where the reader is slower. */
export function print(text: string): Promise<void> {
  if (!isRead) return Promise.resolve();
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
