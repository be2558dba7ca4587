/**
 * Makes the columns of a `[rows, columns]` matrix orthonormal, or its rows if they are fewer, in place.
 *
 * By Gram and Schmidt in doubles, each vector twice, which is enough for any matrix that has full rank in floats (Giraud et al. 2005). That is the
 * Q of a QR decomposition whose R has a positive diagonal, of which there is only one: the one that PyTorch computes.
 */
export function orthonormalize(values: Float32Array, rows: number, columns: number): void {
  const byRow = rows < columns;
  const [count, length] = byRow ? [rows, columns] : [columns, rows];
  const [step, stride] = byRow ? [columns, 1] : [1, columns];
  const vectors = Array.from({ length: count }, (_, index) => {
    return Float64Array.from({ length }, (_, at) => values[index * step + at * stride]!);
  });
  for (const [index, vector] of vectors.entries()) {
    for (let pass = 0; pass < 2; pass++) {
      for (let before = 0; before < index; before++) subtractProjection(vector, vectors[before]!);
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let at = 0; at < length; at++) values[index * step + at * stride] = vector[at] = vector[at]! / norm;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** vector −= (vector·unit)·unit */
function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  const length = dot(vector, unit);
  for (let k = 0; k < vector.length; k++) vector[k] = vector[k]! - length * unit[k]!;
}
