import { core } from "../../wasm/core.js";

/** Where the error function is 1 to the last bit of a double. */
const ERF_IS_ONE = 6;

/** The distribution function of the normal distribution, (1 + erf(x/√2)) / 2. */
export function normalCdf(x: number): number {
  const z = x * Math.SQRT1_2;
  if (Math.abs(z) > ERF_IS_ONE) return z > 0 ? 1 : 0;
  // erf z = 2/√π · e^(−z²) · Σ 2ⁿ z^(2n+1) / (1·3·…·(2n+1)), whose terms have one sign (Abramowitz and Stegun 7.1.6).
  let term = z;
  let sum = z;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return 0.5 + (core().exp64(-z * z) * sum) / Math.sqrt(Math.PI);
}
