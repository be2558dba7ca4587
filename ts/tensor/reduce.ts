import { mustRecord, record } from "../autograd/node.js";
import { broadcastTo, integerSums, requireFloat32 } from "./convert.js";
import { newDoubles, newFloats, type Values } from "./dtype.js";
import { arrange, type Reduction, sumAxis } from "./reduction.js";
import { type Axis, axisOf, checkDim } from "./shape.js";
import { makeTensor, type Tensor } from "./tensor.js";

/** Σ x; int32 for integers. DIFFERS: an error if int32 cannot hold it, where PyTorch has int64. */
export function sum(x: Tensor, reduction: Reduction): Tensor {
  const { values, axis } = arrange(x.storage.values(), x.shape, reduction.dims);
  const sums = sumAxis(values, axis);
  const result = makeTensor(x.dtype === "float32" ? newFloats(sums) : integerSums("Tensor.sum", sums), reduction.shape);
  return recordShare("sum", result, x, reduction, 1);
}

/** Σ x / n */
export function mean(where: string, x: Tensor, reduction: Reduction): Tensor {
  const { values, axis } = arrange(requireFloat32(where, "the tensor", x), x.shape, reduction.dims);
  const means = sumAxis(values, axis);
  for (let k = 0; k < means.length; k++) means[k] = means[k]! / axis.size;
  return recordShare("mean", makeTensor(newFloats(means), reduction.shape), x, reduction, axis.size);
}

/** Records that every element gets the gradient of its sum, divided by `count`. */
function recordShare(name: string, result: Tensor, x: Tensor, { kept }: Reduction, count: number): Tensor {
  if (!mustRecord(x)) return result;
  const { shape } = x;
  return record(result, { name, inputs: [x] }, (gradient, node) => {
    const share = count === 1 ? gradient : gradient.map((value) => value / count);
    node.give(0, broadcastTo(share, kept, shape) as Float32Array);
  });
}

/** The sums of everything up to each element along `dim`; int32 for integers. DIFFERS: as {@link sum}. */
export function cumsum(where: string, x: Tensor, dim: number): Tensor {
  const axis = axisOf(x.shape, checkDim(where, dim, x.shape.length));
  const sums = x.dtype === "float32" ? newFloats(x.storage.length) : newDoubles(x.storage.length);
  accumulate(x.storage.values(), axis, false, sums);
  const result = makeTensor(sums instanceof Float32Array ? sums : integerSums(where, sums), x.shape);
  if (!mustRecord(x)) return result;
  return record(result, { name: "cumsum", inputs: [x] }, (gradient, node) => {
    const dx = newFloats(gradient.length);
    accumulate(gradient, axis, true, dx);
    node.give(0, dx);
  });
}

/** Running sums along the axis, from its end if `backwards`. */
function accumulate(values: Values, { outer, size, inner }: Axis, backwards: boolean, out: Values | Float64Array): void {
  for (let row = 0; row < outer; row++) {
    for (let column = 0; column < inner; column++) {
      let sum = 0;
      for (let step = 0; step < size; step++) {
        const at = (row * size + (backwards ? size - 1 - step : step)) * inner + column;
        sum += values[at]!;
        out[at] = sum;
      }
    }
  }
}
