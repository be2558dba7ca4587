import { complaint, FormatError, show } from "../../errors.js";

const SPACE: ReadonlySet<string | undefined> = new Set([" ", "\t", "\n", "\r"]);

/**
 * Reads the only JSON a header may hold: objects, arrays, strings and whole numbers, in an order that the caller asks for.
 *
 * `JSON.parse` would keep the last of two equal names without a word, round numbers beyond 2⁵³, and make of a hostile text objects of many times its
 * size; this makes nothing but what is asked for.
 */
export class JsonReader {
  readonly #where: string;
  readonly #text: string;
  #at = 0;

  constructor(where: string, text: string) {
    this.#where = where;
    this.#text = text;
  }

  /** `{ "name": value, … }`; `readValue` must read the value of each name. A name that comes twice is an error. */
  object(readValue: (name: string) => void): void {
    this.#expect("{");
    if (this.#takes("}")) return;
    const names = new Set<string>();
    do {
      const at = this.#skipSpace();
      const name = this.string();
      if (names.has(name)) throw this.#failure("a name that has not been there", show(name), at);
      names.add(name);
      this.#expect(":");
      readValue(name);
    } while (this.#continues("}"));
  }

  /** `[value, …]` */
  array<T>(readValue: () => T): T[] {
    const values: T[] = [];
    this.#expect("[");
    if (this.#takes("]")) return values;
    do values.push(readValue());
    while (this.#continues("]"));
    return values;
  }

  string(): string {
    const start = this.#skipSpace();
    if (this.#text[start] !== '"') throw this.#failure("a string", this.#next());
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === "\\" ? 2 : 1;
    this.#at = end + 1;
    const value = decode(this.#text.slice(start, end + 1));
    if (value === undefined) throw this.#failure("a string of valid escapes and characters, that ends", "one that is not", start);
    return value;
  }

  /** A number that counts something: digits only. */
  count(): number {
    const start = this.#skipSpace();
    const digits = /\d*/y;
    digits.lastIndex = start;
    const text = digits.exec(this.#text)?.[0] ?? "";
    const isWhole = /^(0|[1-9]\d{0,15})$/.test(text) && !/[.\w]/.test(this.#text[start + text.length] ?? "");
    if (!isWhole || !Number.isSafeInteger(Number(text))) throw this.#failure("an integer in [0, 2^53 - 1]", this.#next());
    this.#at = start + text.length;
    return Number(text);
  }

  /** Throws unless nothing but space is left. */
  end(): void {
    if (this.#skipSpace() < this.#text.length) throw this.#failure("its end", this.#next());
  }

  #expect(character: string): void {
    if (!this.#takes(character)) throw this.#failure(show(character), this.#next());
  }

  #takes(character: string): boolean {
    if (this.#text[this.#skipSpace()] !== character) return false;
    this.#at++;
    return true;
  }

  /** Whether a list goes on: past the comma, or past the end of the list. */
  #continues(close: string): boolean {
    if (this.#takes(",")) return true;
    if (this.#takes(close)) return false;
    throw this.#failure(`"," or "${close}"`, this.#next());
  }

  #skipSpace(): number {
    let at = this.#at;
    while (SPACE.has(this.#text[at])) at++;
    this.#at = at;
    return at;
  }

  /** What comes next, as an error shows it. */
  #next(): string {
    return this.#at < this.#text.length ? show(/^[-+.\w]+|^./su.exec(this.#text.slice(this.#at, this.#at + 24))?.[0]) : "its end";
  }

  #failure(expected: string, actual: string, at = this.#at): FormatError {
    return new FormatError(complaint(this.#where, `the header at character ${at}`, expected, actual));
  }
}

/** The value of a JSON string; undefined if it is none, or if it holds half of a surrogate pair, which UTF-8 cannot. */
function decode(literal: string): string | undefined {
  try {
    const value: string = JSON.parse(literal);
    return isWellFormed(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether UTF-8 can hold the text: it has no half of a surrogate pair. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
