/** Characters and their numbers. The last number stands for all characters that are not in the vocabulary. */
export class Vocabulary {
  readonly characters: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  /** @param characters one string for each number, from 0 */
  constructor(characters: readonly string[]) {
    this.characters = characters;
    this.#ids = new Map(characters.map((character, id) => [character, id]));
  }

  /** The characters of a text, in the order of their code points. */
  static of(text: string): Vocabulary {
    return new Vocabulary([...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!));
  }

  /** How many numbers there are, with that of the unknown. */
  get size(): number {
    return this.characters.length + 1;
  }

  get unknown(): number {
    return this.characters.length;
  }

  encode(text: string): Int32Array {
    return Int32Array.from(text, (character) => this.#ids.get(character) ?? this.unknown);
  }

  decode(ids: Iterable<number>): string {
    return Array.from(ids, (id) => this.characters[id] ?? "\ufffd").join("");
  }
}
