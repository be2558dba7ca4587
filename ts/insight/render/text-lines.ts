/** A line of a text as it is shown: some characters from `start`, each with the columns it takes. */
export interface TextLine {
  readonly start: number;
  readonly widths: readonly number[];
}

/** Characters of East Asian scripts, and pictures, which take two columns of a fixed-width font. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;
/** What is put on the character before. */
const COMBINING = /^[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns that a character takes as it is shown. */
export function columnsOf(character: string): number {
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** What is shown for a character: marks for what has no shape of its own, as a terminal must never get control characters from a text. */
export function shown(character: string): string {
  if (character === "\n") return "↵";
  if (character === "\t") return "→";
  if (character === "\u007f") return "␡";
  const code = character.codePointAt(0) as number;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return /^[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(character) ? "\ufffd" : character;
}

/** Lines that end where the text's do, or after so many columns. */
export function linesOf(characters: readonly string[], columns: number): TextLine[] {
  const lines: TextLine[] = [];
  let [start, width, widths]: [number, number, number[]] = [0, 0, []];
  const end = (next: number) => {
    lines.push({ start, widths });
    [start, width, widths] = [next, 0, []];
  };
  for (const [at, character] of characters.entries()) {
    const own = columnsOf(shown(character));
    if (width + own > columns && widths.length > 0) end(at);
    widths.push(own);
    width += own;
    if (character === "\n") end(at + 1);
  }
  if (widths.length > 0) lines.push({ start, widths });
  return lines;
}
