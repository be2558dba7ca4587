// What is said of many times: the median, the quartiles as the spread, the 99th percentile.

/** The value below which that share of the values lies, between two of them if it falls there; they are in order. */
export function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/** @param {readonly number[]} times at least one */
export function summary(times) {
  const sorted = Float64Array.from(times).sort();
  const at = (share) => quantile(sorted, share);
  return { median: at(0.5), low: at(0.25), high: at(0.75), p99: at(0.99), calls: sorted.length };
}

/** A number with about three digits that count: `0.0123`, `1.23`, `12.3`, `1230`. */
export function threeDigits(value) {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

/** A ratio as it is read: `0.83 ×`, `5.1 ×`, `28 ×`. */
export function times(ratio) {
  return `${ratio.toFixed(ratio < 1.995 ? 2 : ratio < 9.95 ? 1 : 0)} ×`;
}
