import { placeGradient } from "../../autograd/gradient.js";
import { mustRecord, recordInCore } from "../../autograd/node.js";
import { complaint, ShapeError, showShape } from "../../errors.js";
import { checkInteger, checkOptions } from "../../options.js";
import type { Shape } from "../../tensor/shape.js";
import { makeTensor, type Tensor } from "../../tensor/tensor.js";
import { withArena } from "../../wasm/arena.js";
import { core } from "../../wasm/core.js";
import { Mirror } from "../../wasm/mirror.js";
import { atPosition, requireFloats, requireIntegers } from "./check.js";

/**
 * The rows of a table at the given indices.
 *
 * @param input indices, int32 of any shape `[*]`
 * @param weight the table, `[rows, dim]`
 * @param options.paddingIdx a row that gets no gradient; negative counts from the end @default none
 * @returns `[*, dim]`
 */
export function embedding(input: Tensor, weight: Tensor, options?: { readonly paddingIdx?: number }): Tensor {
  const where = "nn.functional.embedding";
  const { paddingIdx } = checkOptions<{ paddingIdx: number | undefined }>(where, options, { paddingIdx: undefined });
  requireFloats(where, "weight", weight);
  return lookUp(where, input, weight, checkPaddingIdx(where, paddingIdx, weight.shape[0] ?? 0));
}

/** @internal The padding row counted from the front, null if there is none. */
export function checkPaddingIdx(where: string, paddingIdx: number | null | undefined, rows: number): number | null {
  if (paddingIdx === undefined || paddingIdx === null) return null;
  checkInteger(where, "paddingIdx", paddingIdx, { min: -rows, max: rows - 1 });
  return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
}

/** @internal {@link embedding}, called `where` in errors. */
export function lookUp(where: string, input: Tensor, weight: Tensor, padding: number | null): Tensor {
  if (weight.shape.length !== 2) throw new ShapeError(complaint(where, "weight", "[rows, dim]", showShape(weight.shape)));
  const [rows, dim] = weight.shape as readonly [number, number];
  const indices = requireIntegers(where, "input", input);
  checkRange(where, indices, input.shape, rows);
  const count = indices.length;
  const recording = mustRecord(weight);
  const mirror = recording ? Mirror.room(count * dim) : undefined;
  const values = withArena((arena) => {
    const y = mirror?.pointer || arena.f32(count * dim);
    core().embedding(count, dim, arena.place(weight.storage), arena.place(input.storage), y);
    return arena.takeF32(y, count * dim);
  });
  const result = makeTensor(values, [...input.shape, dim]);
  if (!recording) return result;
  result.storage.mirrorIn(mirror);
  const release = () => mirror?.release();
  return recordInCore(result, { name: "embedding", inputs: [weight], saved: [input], release }, (gradient, node) => {
    withArena((arena) => {
      node.giveInCore(0, arena, rows * dim, (table) => {
        core().embedding_backward(count, dim, arena.place(input.storage), placeGradient(arena, gradient), padding ?? -1, table);
      });
    });
  });
}

function checkRange(where: string, indices: Int32Array, shape: Shape, rows: number): void {
  for (let at = 0; at < indices.length; at++) {
    const index = indices[at]!;
    if (index >= 0 && index < rows) continue;
    const expected = `indices in [0, ${rows - 1}]`;
    throw new ShapeError(
      complaint(where, "input", rows === 0 ? "empty for a table without rows" : expected, `${index}${atPosition(at, shape)}`),
    );
  }
}
