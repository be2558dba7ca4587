/** A cell of CSV: in quotes where it must be. */
export function csvCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line of CSV. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\n`;
}

/** A number with as many digits as 32 bits hold. */
export function csvNumber(value: number): string {
  return String(Number(value.toPrecision(8)));
}
