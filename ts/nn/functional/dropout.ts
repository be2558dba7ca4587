import { mustRecord, record } from "../../autograd/node.js";
import { checkBoolean, checkNumber, checkOptions } from "../../options.js";
import { defaultGenerator } from "../../random/generator.js";
import { makeTensor, type Tensor } from "../../tensor/tensor.js";
import { withArena } from "../../wasm/arena.js";
import { core } from "../../wasm/core.js";
import { requireFloats } from "./check.js";

/**
 * Sets each element to 0 with probability `p`, and divides the others by 1 − p.
 *
 * DIFFERS: the masks are not PyTorch's. A mask takes exactly one 32-bit draw of the generator, so that later draws stay in step.
 *
 * @param input any shape
 * @param options.p @default 0.5
 * @param options.training false: nothing happens @default true
 */
export function dropout(input: Tensor, options?: { readonly p?: number; readonly training?: boolean }): Tensor {
  const where = "nn.functional.dropout";
  const { p, training } = checkOptions(where, options, { p: 0.5, training: true });
  checkNumber(where, "p", p, { min: 0, max: 1 });
  checkBoolean(where, "training", training);
  return masked(where, input, training ? p : 0);
}

/** @internal {@link dropout}, called `where` in errors. */
export function masked(where: string, input: Tensor, p: number): Tensor {
  requireFloats(where, "input", input);
  if (p === 0) return input;
  const seed = defaultGenerator().draw();
  const result = makeTensor(applyMask(seed, p, input.storage.values() as Float32Array), input.shape);
  if (!mustRecord(input)) return result;
  return record(result, { name: "dropout", inputs: [input] }, (gradient, node) => node.give(0, applyMask(seed, p, gradient)));
}

/** @internal The values with the mask of this seed. */
export function applyMask(seed: number, p: number, values: Float32Array): Float32Array {
  const { length } = values; // before the memory grows, in which the values may lie
  return withArena((arena) => {
    const y = arena.put(values);
    core().dropout(length, seed, p, y, y);
    return arena.takeF32(y, length);
  });
}
