import { mustRecord, record } from "../autograd/node.js";
import { withArena } from "../wasm/arena.js";
import { core } from "../wasm/core.js";
import { requireFloat32 } from "./convert.js";
import { newFloats } from "./dtype.js";
import { reordered, restore } from "./reduction.js";
import { checkDim, type Shape, sizeOf } from "./shape.js";
import { type Box, readBox } from "./strided.js";
import { makeTensor, type Tensor } from "./tensor.js";

type Name = "softmax" | "log_softmax";

/** eˣ / Σ eˣ along `dim`. */
export function softmax(where: string, x: Tensor, dim: number): Tensor {
  return alongDim(where, "softmax", x, dim);
}

/** ln softmax(x) along `dim`, without the detour. */
export function logSoftmax(where: string, x: Tensor, dim: number): Tensor {
  return alongDim(where, "log_softmax", x, dim);
}

/** The values with `dim` moved to the end, as a box; null if it is there already. */
function dimLast(shape: Shape, dim: number): Box | null {
  return dim >= shape.length - 1 ? null : reordered(shape, [...shape.keys()].filter((axis) => axis !== dim).concat(dim));
}

function toLast(values: Float32Array, box: Box | null): Float32Array {
  return box === null ? values : readBox(values, box, newFloats(values.length));
}

function alongDim(where: string, name: Name, x: Tensor, dim: number): Tensor {
  requireFloat32(where, "the tensor", x);
  const axis = checkDim(where, dim, x.shape.length);
  const box = dimLast(x.shape, axis);
  const columns = x.shape[axis] ?? 1;
  const rows = columns === 0 ? 0 : sizeOf(x.shape) / columns;
  const out = withArena((arena) => {
    const y = arena.put(toLast(x.storage.values() as Float32Array, box));
    core()[name](rows, columns, y, y);
    return arena.takeF32(y, x.storage.length);
  });
  const result = makeTensor(restore(out, box), x.shape);
  if (!mustRecord(x)) return result;
  return record(result, { name: name === "softmax" ? "softmax" : "logSoftmax", inputs: [x], saved: [result] }, (gradient, node) => {
    const dx = withArena((arena) => {
      const y = arena.put(toLast(result.storage.values() as Float32Array, box));
      const dy = arena.put(toLast(gradient, box));
      core()[`${name}_backward`](rows, columns, y, dy, dy);
      return arena.takeF32(dy, gradient.length);
    });
    node.give(0, restore(dx, box));
  });
}
