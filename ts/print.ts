/** Words, tables and lines as people read them: in reports, on terminals, in errors. */

/** `1 step`, `12 steps`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Rows under a head in columns as wide as they need, two spaces apart. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], align: readonly ("left" | "right")[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? "")].length)));
  return all.map((row) => {
    const cells = widths.map((width, column) => {
      const text = row[column] ?? "";
      const space = " ".repeat(width - [...text].length);
      return align[column] === "left" ? text + space : space + text;
    });
    return cells.join("  ").trimEnd();
  });
}

/** A text in lines of at most `width`, broken at spaces; a word that is longer than that stands alone. */
export function wrap(text: string, width: number, first: string, others: string): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && [...line].length + 1 + [...word].length > width) {
      lines.push(line);
      line = others;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
