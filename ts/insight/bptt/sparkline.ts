const BARS = [..."▁▂▃▄▅▆▇█"];

/**
 * Sizes over time as small bars, on a logarithmic scale between the least and the largest of them; `·` is 0 and `!` not finite. Of more values than
 * there is room for, the largest of each part.
 */
export function sparkline(values: Float64Array, width: number): string {
  const cells = Math.min(width, values.length);
  const parts = Array.from({ length: cells }, (_, cell) => {
    const [start, end] = [Math.floor((cell * values.length) / cells), Math.floor(((cell + 1) * values.length) / cells)];
    return Math.max(...values.subarray(start, end));
  });
  const logs = parts.filter((part) => part > 0 && Number.isFinite(part)).map(Math.log10);
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  return parts
    .map((part) => {
      if (!Number.isFinite(part)) return "!";
      if (part === 0) return "·";
      // A curve within a factor of 2 is flat: its bars would show rounding.
      if (most - least < Math.log10(2)) return BARS[3];
      return BARS[Math.round(((Math.log10(part) - least) / (most - least)) * (BARS.length - 1))];
    })
    .join("");
}
