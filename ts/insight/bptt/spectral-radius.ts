import { noGrad } from "../../autograd/mode.js";
import { makeTensor } from "../../tensor/tensor.js";

/** Up to this size the products are in float64: 0.1 s; larger matrices are left to the core. */
const IN_FLOAT64 = 128;
/** Doublings of the power: the condition of the eigenvectors enters by its 2⁻²²nd part. */
const SQUARINGS = 22;

/**
 * The largest |eigenvalue| of a square matrix, real or one of a pair: Gelfand's formula ‖Aᵏ‖^(1/k) → ρ, by squaring. It needs no eigenvector, knows no
 * case in which it does not converge, and eigenvalues of the same size, complex pairs and defective matrices are as good as any other.
 *
 * In float64 up to a size of 128 about nine digits, beyond it five.
 *
 * @param values `[size, size]`
 * @returns NaN if a value is not finite
 */
export function spectralRadius(values: ArrayLike<number>, size: number): number {
  let power: ArrayLike<number> = values;
  let log = 0;
  for (let squaring = 0; ; squaring++) {
    const norm = frobenius(power);
    if (norm === 0) return 0;
    if (!Number.isFinite(norm)) return Number.NaN;
    log += Math.log(norm) / 2 ** squaring;
    if (squaring === SQUARINGS) return Math.exp(log);
    power =
      size > IN_FLOAT64
        ? squareInCore(scale(power, norm, new Float32Array(size * size)), size)
        : square(scale(power, norm, new Float64Array(size * size)), size);
  }
}

function frobenius(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += (values[at] as number) ** 2;
  return Math.sqrt(sum);
}

function scale<A extends Float32Array | Float64Array>(values: ArrayLike<number>, norm: number, target: A): A {
  for (let at = 0; at < target.length; at++) target[at] = (values[at] as number) / norm;
  return target;
}

function square(a: Float64Array, size: number): Float64Array {
  const result = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < size; k++) {
      const factor = a[row * size + k] as number;
      if (factor === 0) continue;
      for (let column = 0; column < size; column++) {
        const at = row * size + column;
        result[at] = (result[at] as number) + factor * (a[k * size + column] as number);
      }
    }
  }
  return result;
}

function squareInCore(a: Float32Array<ArrayBuffer>, size: number): Float32Array {
  const matrix = makeTensor(a, [size, size]);
  return noGrad(() => matrix.matmul(matrix)).storage.values() as Float32Array;
}
