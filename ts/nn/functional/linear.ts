import { newCoreGradient, placeGradient } from "../../autograd/gradient.js";
import { mustRecord, recordInCore } from "../../autograd/node.js";
import { complaint, ShapeError, showShape } from "../../errors.js";
import { sizeOf } from "../../tensor/shape.js";
import { makeTensor, type Tensor } from "../../tensor/tensor.js";
import { type Arena, withArena } from "../../wasm/arena.js";
import { core } from "../../wasm/core.js";
import { allocate, type Block } from "../../wasm/memory.js";
import { Mirror } from "../../wasm/mirror.js";
import { Parameter } from "../parameter.js";
import { requireFloats } from "./check.js";

/** A weight `[out, in]` as the kernels read it, with the version that each half was packed from. */
interface Packed {
  readonly block: Block;
  forward: number;
  backward: number;
}

/** Packed once per version, for as long as the parameter lives. */
const packedWeights = new WeakMap<Parameter, Packed>();

/**
 * y = x·Wᵀ + b
 *
 * @param input `[*, in]`
 * @param weight `[out, in]`
 * @param bias `[out]`, or none
 * @returns `[*, out]`
 */
export function linear(input: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  return affine("nn.functional.linear", input, weight, bias ?? null);
}

/** @internal {@link linear}, called `where` in errors. */
export function affine(where: string, input: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
  const { rows, inputs, outputs } = checkSizes(where, input, weight, bias);
  const recording = mustRecord(input, weight, bias ?? undefined);
  // As in PyTorch: the weight may change before backward if nobody asks for the gradient of the input.
  const saved = [...(weight.requiresGrad ? [input] : []), ...(input.requiresGrad ? [weight] : [])];
  // Without anything saved backward may run again and again, and so has no end at which to give the room back.
  const mirror = recording && saved.length > 0 ? Mirror.room(rows * outputs) : undefined;
  const values = withArena((arena) => {
    const y = mirror?.pointer || arena.f32(rows * outputs);
    const x = arena.place(input.storage);
    core().linear(rows, inputs, outputs, x, pack(arena, weight, false), bias === null ? 0 : arena.place(bias.storage), y);
    return arena.takeF32(y, rows * outputs);
  });
  const result = makeTensor(values, [...input.shape.slice(0, -1), outputs]);
  if (!recording) return result;
  result.storage.mirrorIn(mirror);
  const inputsOfNode = bias === null ? [input, weight] : [input, weight, bias];
  const release = mirror && { release: () => mirror.release() };
  return recordInCore(result, { name: "linear", inputs: inputsOfNode, saved, ...release }, (gradient, node) => {
    withArena((arena) => {
      const dy = placeGradient(arena, gradient);
      if (node.wants(0)) {
        const dx = newCoreGradient(rows * inputs);
        core().linear_backward_input(rows, inputs, outputs, dy, pack(arena, weight, true), dx.pointer);
        node.give(0, dx);
      }
      node.giveInCore(1, arena, outputs * inputs, (dw) => {
        const scratch = arena.f32(core().linear_scratch(rows, inputs, outputs));
        core().linear_backward_weight(rows, inputs, outputs, arena.place(input.storage), dy, dw, scratch);
      });
      node.giveInCore(2, arena, outputs, (db) => core().linear_backward_bias(rows, outputs, dy, db));
    });
  });
}

interface Sizes {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

function checkSizes(where: string, input: Tensor, weight: Tensor, bias: Tensor | null): Sizes {
  requireFloats(where, "weight", weight);
  const [outputs = 0, inputs = 0] = weight.shape;
  if (weight.shape.length !== 2 || inputs === 0 || outputs === 0) {
    throw new ShapeError(complaint(where, "weight", "[out, in] with both at least 1", showShape(weight.shape)));
  }
  requireFloats(where, "input", input);
  if (input.shape.at(-1) !== inputs) throw new ShapeError(complaint(where, "input", `[*, ${inputs}]`, showShape(input.shape)));
  if (bias !== null) requireFloats(where, "bias", bias);
  if (bias !== null && (bias.shape.length !== 1 || bias.shape[0] !== outputs)) {
    throw new ShapeError(complaint(where, "bias", `[${outputs}]`, showShape(bias.shape)));
  }
  return { rows: sizeOf(input.shape) / inputs, inputs, outputs };
}

/** Where the packed weight lies; that of a parameter is kept for later calls. */
function pack(arena: Arena, weight: Tensor, backward: boolean): number {
  const [outputs, inputs] = weight.shape as readonly [number, number];
  if (!(weight instanceof Parameter)) {
    const pointer = arena.f32(core().linear_packed_length(inputs, outputs));
    core().linear_pack(inputs, outputs, arena.place(weight.storage), pointer, Number(backward));
    return pointer;
  }
  let packed = packedWeights.get(weight);
  if (packed === undefined) {
    packed = { block: allocate(4 * core().linear_packed_length(inputs, outputs)), forward: -1, backward: -1 };
    packedWeights.set(weight, packed);
  }
  const half = backward ? "backward" : "forward";
  if (packed[half] !== weight.storage.version) {
    core().linear_pack(inputs, outputs, weight.pointer, packed.block.pointer, Number(backward));
    packed[half] = weight.storage.version;
  }
  return packed.block.pointer;
}
