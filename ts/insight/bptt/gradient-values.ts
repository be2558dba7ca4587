import { Parameter } from "../../nn/parameter.js";
import type { Tensor } from "../../tensor/tensor.js";
import { heapF32 } from "../../wasm/memory.js";

/**
 * The values of a tensor's gradient, not a copy; undefined without one. Of a parameter they are read where they lie: asking for its `grad` makes a
 * tensor, whose values the next `zeroGrad` would have to save.
 */
export function gradientValues(tensor: Tensor): Float32Array | undefined {
  if (!(tensor instanceof Parameter)) return tensor.grad?.storage.values() as Float32Array | undefined;
  const start = tensor.gradPointer >>> 2;
  return start === 0 ? undefined : heapF32().subarray(start, start + tensor.numel());
}
