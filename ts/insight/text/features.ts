/** What units may track: for each character of a text a number, after that character has been read. */
export type Feature = (text: string) => ArrayLike<number>;

/** Carries a value on from character to character. */
function fold(text: string, next: (value: number, character: string) => number): Float32Array {
  let value = 0;
  return Float32Array.from([...text], (character) => {
    value = next(value, character);
    return value;
  });
}

const QUOTES: Readonly<Record<string, (inside: number) => number>> = {
  '"': (inside) => 1 - inside,
  "“": () => 1,
  "«": () => 1,
  "”": () => 0,
  "»": () => 0,
};

/** A blank line ends a quotation: in old books every paragraph of a speech opens, and only the last one closes. */
function insideQuotes(text: string): Float32Array {
  let last = "";
  return fold(text, (inside, character) => {
    const blank = character === "\n" && last === "\n";
    last = character;
    return blank ? 0 : (QUOTES[character]?.(inside) ?? inside);
  });
}

/** Opening and closing in one count; what closes too much closes nothing. */
function depth(character: string, before: number): number {
  if ("([{".includes(character)) return before + 1;
  return ")]}".includes(character) ? Math.max(0, before - 1) : before;
}

/** The features that `findUnits` looks for if it is not told others. */
export const FEATURES: Readonly<Record<string, Feature>> = {
  "inside quotes": insideQuotes,
  "inside parentheses": (text) => fold(text, (before, character) => depth(character, before)).map((count) => Math.min(1, count)),
  "position in line": (text) => fold(text, (place, character) => (character === "\n" ? 0 : place + 1)),
  "position in word": (text) => fold(text, (place, character) => (/[\p{L}\p{N}\p{M}'’_]/u.test(character) ? place + 1 : 0)),
  "capital letter": (text) => Float32Array.from([...text], (character) => Number(/\p{Lu}/u.test(character))),
  "end of sentence": (text) => Float32Array.from([...text], (character) => Number(/[.!?…]/.test(character))),
};
