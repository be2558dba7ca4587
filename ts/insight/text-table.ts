/** Rows of texts under a head, as a table for terminals: the first column to the left, the others to the right. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => rows.reduce((most, row) => Math.max(most, [...(row[column] ?? "")].length), [...name].length));
  const line = (row: readonly string[]) => {
    const cells = head.map((_, column) => {
      const text = row[column] ?? "";
      const space = " ".repeat((widths[column] as number) - [...text].length);
      return column === 0 ? text + space : space + text;
    });
    return cells.join("  ").trimEnd();
  };
  return [line(head), ...rows.map(line)].join("\n");
}
