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

/** Numerators and denominators of algorithm AS 241, PPND16 (Wichura 1988), the highest power first: in the middle, in the tails, far out. */
const MIDDLE = {
  over: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438,
    3.3871328727963665,
  ],
  under: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091,
    1,
  ],
};
const TAIL = {
  over: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691,
    4.630337846156546, 1.4234371107496835,
  ],
  under: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038,
    2.053191626637759, 1,
  ],
};
const FAR = {
  over: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487, 1.7848265399172913,
    5.463784911164114, 6.657904643501103,
  ],
  under: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615, 0.1369298809227358,
    0.599832206555888, 1,
  ],
};

function ratio({ over, under }: typeof MIDDLE, r: number): number {
  const polynomial = (coefficients: readonly number[]) => coefficients.reduce((sum, coefficient) => sum * r + coefficient, 0);
  return polynomial(over) / polynomial(under);
}

/** The inverse of the error function: the normal quantile of (1 + y)/2, divided by √2. */
export function inverseErf(y: number): number {
  const q = y / 2;
  if (Math.abs(q) <= 0.425) return q * ratio(MIDDLE, 0.180625 - q * q) * Math.SQRT1_2;
  if (Math.abs(y) === 1) return y * Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-core().log64((1 - Math.abs(y)) / 2));
  return Math.sign(y) * (r <= 5 ? ratio(TAIL, r - 1.6) : ratio(FAR, r - 5)) * Math.SQRT1_2;
}
