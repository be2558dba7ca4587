import { button, byId, input, make } from "../common/dom.js";
import { complain, FieldError, number } from "../common/field.js";
import { count } from "../common/format.js";
import type { Written } from "./protocol.js";

/** Characters of a page; when it is full, a new one begins. */
const PAGE = 420;
/** Pages that are kept as a line. */
const KEPT = 6;

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Where learning was when a page was written. */
interface Moment {
  readonly step: number;
  readonly bits: number | undefined;
}

/** What the network writes, each character in the colour of a unit's state; and lines of what it wrote before. */
export class Page {
  readonly #element: HTMLElement = byId("text-now");
  readonly #earlier: HTMLElement = byId("text-earlier");
  #characters: string[] = [];
  #states: Float32Array[] = [];
  #units: number = 128;
  #unit: number = 0;
  #keptStep: number = 0;

  constructor() {
    input("text-unit").addEventListener("input", () => this.#choose());
    button("text-liveliest").addEventListener("click", () => this.#liveliest());
  }

  /** How many there are to choose from. */
  set units(units: number) {
    this.#units = units;
    const field = input("text-unit");
    field.max = String(units);
    if (Number(field.value) > units) field.value = String(units);
    this.#choose();
  }

  clear(): void {
    this.#reset();
    this.#keptStep = 0;
    this.#earlier.hidden = true;
    this.#earlier.querySelector("ol")?.replaceChildren();
  }

  #reset(): void {
    this.#characters = [];
    this.#states = [];
    this.#element.replaceChildren();
  }

  /** Goes on with the page, or begins a new one. */
  add(written: Written, moment: Moment): void {
    if (this.#characters.length >= PAGE) {
      this.#keep(moment);
      this.#reset();
    }
    const from = this.#characters.length;
    this.#append(written);
    // Where nothing is to move, a page comes as a whole.
    if (!still.matches) this.#draw(from);
    else if (this.#characters.length >= PAGE) this.#draw(0);
  }

  /** A page of its own. */
  show(written: Written): void {
    this.#reset();
    this.#append(written);
    this.#draw(0);
  }

  #append({ characters, states }: Written): void {
    for (const [index, character] of characters.entries()) {
      this.#characters.push(character);
      this.#states.push(states.subarray(index * this.#units, (index + 1) * this.#units));
    }
  }

  /** Neighbours of the same shade are one element. */
  #draw(from: number): void {
    if (from === 0) this.#element.replaceChildren();
    for (let index = from; index < this.#characters.length; index++) {
      const shade = `u${Math.round(4 + 4 * (this.#states[index]?.[this.#unit] ?? 0))}`;
      const last = this.#element.lastElementChild;
      const character = this.#characters[index] as string;
      if (last?.className === shade) last.append(character);
      else this.#element.append(make("span", shade, character));
    }
    this.#element.normalize();
  }

  #choose(): void {
    try {
      this.#unit = number("text-unit") - 1;
      byId("text-scale-unit").textContent = String(this.#unit + 1);
      this.#draw(0);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      complain("text-unit", error.message);
    }
  }

  /** The unit whose state varies most over what is written here. */
  #liveliest(): void {
    const variance = (unit: number): number => {
      const values = this.#states.map((states) => states[unit] ?? 0);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    };
    if (this.#states.length === 0) return;
    const variances = Array.from({ length: this.#units }, (_, unit) => variance(unit));
    input("text-unit").value = String(variances.indexOf(Math.max(...variances)) + 1);
    this.#choose();
  }

  /** Keeps a line of this page, if learning has come a good way since the last one. */
  #keep({ step, bits }: Moment): void {
    if (step < 1.6 * this.#keptStep) return;
    this.#keptStep = step;
    const text = this.#characters.join("").replaceAll(/\s+/g, " ").trim();
    const when = `step ${step.toLocaleString("en")}${bits === undefined ? "" : ` · ${bits.toFixed(2)} bits`}`;
    const list = this.#earlier.querySelector("ol") as HTMLOListElement;
    list.prepend(make("li", "", make("span", "", when), make("span", "", text.slice(0, 160))));
    while (list.children.length > KEPT) list.lastElementChild?.remove();
    this.#earlier.hidden = false;
    this.#earlier.setAttribute("aria-label", count(list.children.length, "earlier text"));
  }
}
