/** What stands for a value that is not there, in lower case. */
const MISSING = new Set(["", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "-", "--", "?", "."]);

/** Whether a cell has no value. */
export function isMissing(cell: string): boolean {
  return MISSING.has(cell.toLowerCase());
}

/** How a column writes its numbers: `1,234.5` or `1.234,5`. */
export type NumberStyle = "point" | "comma";

const FORMS = {
  point: /^[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?(e[+-]?\d+)?$/i,
  comma: /^[+-]?(\d+|\d{1,3}(\.\d{3})+)?(,\d*)?(e[+-]?\d+)?$/i,
} as const;

/** The number in a cell; undefined for anything else. Spaces between thousands are read over, infinities are none. */
export function parseNumber(cell: string, style: NumberStyle): number | undefined {
  const text = cell.replaceAll(/[\s\u00a0\u202f'_]/g, "").replace("\u2212", "-");
  if (!/\d/.test(text) || !FORMS[style].test(text)) return undefined;
  const value = Number(style === "point" ? text.replaceAll(",", "") : text.replaceAll(".", "").replace(",", "."));
  return Number.isFinite(value) ? value : undefined;
}

/**
 * How most of a column's cells are written, if more than half of them are numbers; undefined for a column of texts.
 *
 * @param delimiter where cells end at a comma, `1,234` has thousands; elsewhere it is a little more than one
 */
export function numberStyle(cells: readonly string[], delimiter: string): NumberStyle | undefined {
  const there = cells.filter((cell) => !isMissing(cell));
  const share = (matches: (cell: string) => boolean) => there.filter(matches).length / Math.max(1, there.length);
  const plain = share((cell) => /^[+-]?\d*\.?\d*(e[+-]?\d+)?$/i.test(cell) && parseNumber(cell, "point") !== undefined);
  const shares = {
    point: share((cell) => parseNumber(cell, "point") !== undefined),
    comma: share((cell) => parseNumber(cell, "comma") !== undefined),
  };
  if (Math.max(shares.point, shares.comma) <= 0.5) return undefined;
  if (plain === 1) return "point";
  if (delimiter === "," || shares.comma < shares.point) return shares.point >= shares.comma ? "point" : "comma";
  return "comma";
}
