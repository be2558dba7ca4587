/** Coefficients of sin x = x − x³/3! + x⁵/5! − …, the highest first; up to x¹⁵, which leaves 1e-11 at π/2. */
const SERIES = [15, 13, 11, 9, 7, 5, 3, 1].map((power, index) => (index % 2 === 0 ? -1 : 1) / factorial(power));

function factorial(value: number): number {
  return value < 2 ? 1 : value * factorial(value - 1);
}

/**
 * sin(2π · turns).
 *
 * `Math.sin` may differ from engine to engine in its last bit, and two trainings that began with that bit would end apart: products and sums are the
 * same everywhere.
 */
export function sine(turns: number): number {
  // To −½ … ½ turns, then to the quarters around 0, where the series is short.
  const near = turns - Math.round(turns);
  const folded = Math.abs(near) <= 0.25 ? near : Math.sign(near) * 0.5 - near;
  const x = 2 * Math.PI * folded;
  return x * SERIES.reduce((sum, coefficient) => sum * (x * x) + coefficient, 0);
}
