/** What a text is cut into. */
export type Unit = "characters" | "bytes";

/** The characters or bytes of a text and their numbers. Of characters, the last number stands for all that training had not. */
export class Vocabulary {
  static readonly name: string = "Vocabulary";
  readonly unit: Unit;
  /** One for each number, from 0; none for bytes, which are numbers already. */
  readonly characters: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  constructor(unit: Unit, characters: readonly string[]) {
    this.unit = unit;
    this.characters = characters;
    this.#ids = new Map(characters.map((character, id) => [character, id]));
  }

  /** The characters of a text, in the order of their code points. */
  static ofText(text: string): Vocabulary {
    return new Vocabulary(
      "characters",
      [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!),
    );
  }

  static ofBytes(): Vocabulary {
    return new Vocabulary("bytes", []);
  }

  /** How many numbers there are, with that of the unknown. */
  get size(): number {
    return this.unit === "bytes" ? 256 : this.characters.length + 1;
  }

  /** How many of them may be written: all but the unknown. */
  get writable(): number {
    return this.unit === "bytes" ? 256 : this.characters.length;
  }

  encode(text: string): Int32Array {
    if (this.unit === "bytes") return Int32Array.from(new TextEncoder().encode(text));
    return Int32Array.from(text, (character) => this.#ids.get(character) ?? this.characters.length);
  }

  /** The characters of a text that are not among them. */
  unknownIn(text: string): string[] {
    return this.unit === "bytes" ? [] : [...new Set(text)].filter((character) => !this.#ids.has(character));
  }

  /** Makes text of numbers that come one by one: of bytes, a character may need several. */
  decoder(): (id: number) => string {
    if (this.unit === "characters") return (id) => this.characters[id] ?? "\ufffd";
    const decoder = new TextDecoder();
    return (id) => decoder.decode(Uint8Array.of(id), { stream: true });
  }
}
