import { mustRecord, type Node, record } from "../autograd/node.js";
import { complaint, ShapeError, showShape } from "../errors.js";
import { type Arena, withArena } from "../wasm/arena.js";
import { core } from "../wasm/core.js";
import { broadcastTo, requireFloat32, requireTensor } from "./convert.js";
import { broadcastShapes, type Shape, sizeOf } from "./shape.js";
import { makeTensor, type Tensor } from "./tensor.js";

/** How a product of stacks of matrices is made of products of matrices `[m, k]·[k, n]`. */
interface Plan {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** For each product, which matrix of the left stack it takes. */
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly shape: Shape;
}

/** Vectors become a row or a column, as in PyTorch; what was added is dropped from the result. */
function plan(where: string, a: Shape, b: Shape): Plan {
  if (a.length === 0 || b.length === 0) {
    throw new ShapeError(complaint(where, "both tensors", "of at least one dimension", `${showShape(a)} and ${showShape(b)}`));
  }
  const m = a.length === 1 ? 1 : a.at(-2)!;
  const n = b.length === 1 ? 1 : b.at(-1)!;
  const k = a.at(-1)!;
  if (k !== (b.length === 1 ? b[0] : b.at(-2))) {
    const expected = "equal in the last dimension of the first and the last but one of the second";
    throw new ShapeError(complaint(where, "shapes", expected, `${showShape(a)} and ${showShape(b)}`));
  }
  const ends = [...(a.length === 1 ? [] : [m]), ...(b.length === 1 ? [] : [n])];
  const leftStack = a.slice(0, -2);
  const rightStack = b.slice(0, -2);
  if (rightStack.length === 0) {
    // One matrix on the right: the whole stack on the left is one tall matrix.
    return { m: m * sizeOf(leftStack), n, k, left: [0], right: [0], shape: [...leftStack, ...ends] };
  }
  const stack = broadcastShapes(where, leftStack, rightStack);
  return { m, n, k, left: members(leftStack, stack), right: members(rightStack, stack), shape: [...stack, ...ends] };
}

/** Which member of a stack each member of the broadcast stack is. */
function members(from: Shape, to: Shape): ArrayLike<number> {
  return broadcastTo(
    Int32Array.from({ length: sizeOf(from) }, (_, index) => index),
    from,
    to,
  );
}

/** The product of matrices, of stacks of them (broadcast), or of vectors. */
export function matmul(where: string, a: Tensor, b: Tensor): Tensor {
  requireTensor(where, "other", b);
  requireFloat32(where, "the tensor", a);
  requireFloat32(where, "other", b);
  const steps = plan(where, a.shape, b.shape);
  const size = sizeOf(steps.shape);
  const out = withArena((arena) => {
    const c = arena.zeros(size);
    multiplyStacks(steps, arena, arena.place(a.storage), arena.place(b.storage), c);
    return arena.takeF32(c, size);
  });
  const result = makeTensor(out, steps.shape);
  if (!mustRecord(a, b)) return result;
  const saved = [a, b];
  return record(result, { name: "matmul", inputs: saved, saved }, (gradient, node) => backward(steps, a, b, gradient, node));
}

/** C = A·B for every member; C holds zeros. */
function multiplyStacks({ m, n, k, left, right }: Plan, arena: Arena, a: number, b: number, c: number): void {
  if (m * n * k === 0) return;
  const scratch = arena.f32(core().matmul_scratch(m, n, k));
  const { matmul } = core();
  for (let index = 0; index < left.length; index++) {
    matmul(m, n, k, a + 4 * m * k * left[index]!, 0, b + 4 * k * n * right[index]!, 0, c + 4 * m * n * index, 0, scratch);
  }
}

/** dA += dC·Bᵀ, dB += Aᵀ·dC for every member. */
function backward({ m, n, k, left, right }: Plan, a: Tensor, b: Tensor, gradient: Float32Array, node: Node): void {
  withArena((arena) => {
    const dc = arena.put(gradient);
    const { matmul, matmul_scratch } = core();
    const empty = m * n * k === 0;
    node.giveInCore(0, arena, a.storage.length, (da) => {
      if (empty) return;
      const scratch = arena.f32(matmul_scratch(m, k, n));
      const from = arena.place(b.storage);
      for (let index = 0; index < left.length; index++) {
        matmul(m, k, n, dc + 4 * m * n * index, 0, from + 4 * k * n * right[index]!, 1, da + 4 * m * k * left[index]!, 1, scratch);
      }
    });
    node.giveInCore(1, arena, b.storage.length, (db) => {
      if (empty) return;
      const scratch = arena.f32(matmul_scratch(k, n, m));
      const from = arena.place(a.storage);
      for (let index = 0; index < left.length; index++) {
        matmul(k, n, m, from + 4 * m * k * left[index]!, 1, dc + 4 * m * n * index, 0, db + 4 * k * n * right[index]!, 1, scratch);
      }
    });
  });
}
