/** Numbers as the ticks, legends and tables of pictures write them. */

/** Three digits at most: `0.125`, `12`, `1.3e-7`, `NaN`, `∞`. */
export function shortNumber(value: number, digits = 3): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  const text =
    magnitude >= 1e5 || magnitude < 1e-3
      ? value
          .toExponential(Math.max(0, digits - 2))
          .replace(/\.?0+e/, "e")
          .replace("e+", "e")
      : String(Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(magnitude + 1))))));
  return text.replaceAll("-", "−");
}

/** `1e−6` for a power of ten, `0.1` and `10` as they are. */
export function powerOfTen(exponent: number): string {
  return Math.abs(exponent) <= 3 ? String(Number(`1e${exponent}`)) : `1e${String(exponent).replace("-", "−")}`;
}

/** Integers from 0 to `count` − 1 at equal distances of 1, 2 or 5 times a power of ten, about `wanted` of them. */
export function integerTicks(count: number, wanted: number, first = 0): number[] {
  const step = niceStep(count / Math.max(1, wanted));
  const ticks: number[] = [];
  for (let tick = Math.ceil(first / step) * step; tick < first + count; tick += step) ticks.push(tick);
  return ticks;
}

function niceStep(rough: number): number {
  if (rough <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((digit) => digit * power >= rough * (1 - 1e-9)) ?? 10);
}

/** The exponents of the powers of ten in a domain, at most `most`. */
export function exponents([low, high]: readonly [number, number], most: number): number[] {
  const [bottom, top] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
  const step = niceStep((top - bottom + 1) / most);
  return Array.from({ length: top - bottom + 1 }, (_, place) => bottom + place).filter((exponent) => exponent % step === 0);
}
