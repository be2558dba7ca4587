import { mustRecord, record } from "../../../autograd/node.js";
import { newValues, type Values } from "../../../tensor/dtype.js";
import { makeTensor, type Tensor } from "../../../tensor/tensor.js";

/** The row of a padded tensor that holds step `t` of sequence `n`. */
export function paddedRow(t: number, n: number, steps: number, batch: number, batchFirst: boolean): number {
  return batchFirst ? n * steps + t : t * batch + n;
}

/** Values of one row: of everything behind the first `leading` dimensions. */
export function rowWidth(shape: readonly number[], leading: number): number {
  return shape.slice(leading).reduce((product, size) => product * size, 1);
}

/**
 * Row `index[k]` of the source as row k of the result, or `fill` where the index is −1; no row is taken twice.
 *
 * @param source any shape of whole rows of `width` values
 * @param shape of the result, `index.length` rows
 */
export function takeRows(name: string, source: Tensor, width: number, index: Int32Array, fill: number, shape: readonly number[]): Tensor {
  const values = source.storage.values();
  const out = newValues(source.dtype, index.length * width);
  if (fill !== 0) out.fill(fill);
  copyRows(values, out, width, (row) => [index[row] as number, row], index.length);
  const result = makeTensor(out, shape);
  if (!mustRecord(source)) return result;
  const { length } = values;
  return record(result, { name, inputs: [source] }, (gradient, node) => {
    const back = new Float32Array(length);
    copyRows(gradient, back, width, (row) => [row, index[row] as number], index.length);
    node.give(0, back);
  });
}

/** Copies a row for each number below `count`, unless it comes from or goes to −1. */
function copyRows(from: Values, to: Values, width: number, rows: (row: number) => [from: number, to: number], count: number): void {
  for (let row = 0; row < count; row++) {
    const [source, target] = rows(row);
    if (source < 0 || target < 0) continue;
    for (let column = 0; column < width; column++) to[target * width + column] = from[source * width + column] as number;
  }
}
