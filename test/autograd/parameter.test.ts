import { noGrad, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { Parameter } from "../../ts/nn/parameter.js";
import { withArena } from "../../ts/wasm/arena.js";
import { heapF32 } from "../../ts/wasm/memory.js";

const parameter = (values: number[]) => new Parameter(tensor(values));
const read = (pointer: number, count: number) => [...heapF32().subarray(pointer >>> 2, (pointer >>> 2) + count)];

describe("Parameter", () => {
  test("is a leaf that requires a gradient, with its values in the core", () => {
    const data = tensor([1, 2, 3]);
    const p = new Parameter(data);
    expect([p.requiresGrad, p.node, p.grad]).toEqual([true, null, null]);
    expect(read(p.pointer, 3)).toEqual([1, 2, 3]);
    noGrad(() => p.add_(1));
    expect(read(p.pointer, 3)).toEqual([2, 3, 4]);
    expect(data.toArray()).toEqual([2, 3, 4]); // shared, as in PyTorch
    expect(new Parameter(data, { requiresGrad: false }).requiresGrad).toBe(false);
  });

  test("sums its gradient up in the core", () => {
    const p = parameter([1, 2]);
    expect(p.gradPointer).toBe(0);
    p.mul(tensor([3, 4]))
      .sum()
      .backward();
    const { gradPointer } = p;
    expect(read(gradPointer, 2)).toEqual([3, 4]);
    p.mul(p).sum().backward();
    expect(p.gradPointer).toBe(gradPointer);
    expect(p.grad!.toArray()).toEqual([5, 8]);
    expect(p.grad).toBe(p.grad);
  });

  test("lets kernels add to the gradient, next to those of other tensors", () => {
    const p = new Parameter(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    );
    const x = tensor(
      [
        [1, 0],
        [2, 1],
      ],
      { requiresGrad: true },
    );
    x.matmul(p).sum().backward();
    p.matmul(x).sum().backward();
    expect(p.grad!.toArray()).toEqual([
      [3 + 1, 3 + 3],
      [1 + 1, 1 + 3],
    ]);
    expect(x.grad!.toArray()).toEqual([
      [3 + 4, 7 + 4],
      [3 + 6, 7 + 6],
    ]);
  });

  test("a gradient that was handed out follows further backward passes, and keeps its values when it is dropped", () => {
    const p = parameter([1, 2]);
    p.sum().backward();
    const kept = p.grad!;
    p.sum().backward();
    expect(kept.toArray()).toEqual([2, 2]);
    const { gradPointer } = p;
    p.grad = null;
    expect([p.grad, p.gradPointer]).toEqual([null, 0]);
    p.mul(7).sum().backward();
    expect(kept.toArray()).toEqual([2, 2]);
    expect(p.grad!.toArray()).toEqual([7, 7]);
    expect(p.gradPointer).toBe(gradPointer); // the memory is the same
  });

  test("a gradient can be set: its values are copied", () => {
    const p = parameter([1, 2]);
    const own = tensor([5, 6]);
    p.grad = own;
    noGrad(() => own.zero_());
    expect(p.grad!.toArray()).toEqual([5, 6]);
    p.grad = p.grad!;
    expect(p.grad!.toArray()).toEqual([5, 6]);
    p.grad = p.grad!.mul(2);
    expect(p.grad!.toArray()).toEqual([10, 12]);
    expect(() => {
      p.grad = zeros([3]);
    }).toThrow("nn.Parameter: grad must be [2], got [3]");
    expect(() => {
      p.grad = p;
    }).toThrow("nn.Parameter: grad must be a tensor of its own, got one with the same values; clone() it");
    expect(p.grad!.toArray()).toEqual([10, 12]);
  });

  test("a gradient that was handed out may be disposed: it is the parameter's", () => {
    const p = parameter([1, 2]);
    p.sum().backward();
    const { gradPointer } = p;
    const kept = p.grad!;
    kept.dispose();
    kept.detach().dispose();
    const others = Array.from({ length: 8 }, () => parameter([7, 7])); // would get the memory, if it had been given back
    expect([p.gradPointer, p.grad]).toEqual([gradPointer, kept]);
    p.sum().backward();
    expect([kept.toArray(), others[0]!.toArray()]).toEqual([
      [2, 2],
      [7, 7],
    ]);
    p.grad = null;
    kept.dispose();
    p.sum().backward();
    expect([kept.toArray(), p.grad!.toArray()]).toEqual([
      [2, 2],
      [1, 1],
    ]);
  });

  test("a gradient that became a parameter's values stays those when it is dropped", () => {
    const p = parameter([1, 2]);
    p.sum().backward();
    const q = new Parameter(p.grad!);
    p.grad = null;
    p.mul(5).sum().backward();
    expect([q.toArray(), read(q.pointer, 2)]).toEqual([
      [1, 1],
      [1, 1],
    ]);
    q.dispose();
    expect(q.toArray()).toEqual([1, 1]);
  });

  test("writing to a gradient in place changes the gradient", () => {
    const p = parameter([1, 2]);
    p.sum().backward();
    p.grad!.mul_(0.5);
    expect(read(p.gradPointer, 2)).toEqual([0.5, 0.5]);
  });

  test("a change after forward is noticed, if backward needs the value", () => {
    const p = parameter([1, 2]);
    const loss = p.mul(p).sum();
    noGrad(() => p.mul_(2));
    expect(() => loss.backward()).toThrow("the values that mul needs must be as they were");
    expect(p.grad).toBeNull();
  });

  test("in-place methods need noGrad", () => {
    expect(() => parameter([1]).add_(1)).toThrow(
      "Tensor.add_: the tensors must be free of gradients when changed in place, got one that requires a gradient; " +
        "wrap it in noGrad, or use the method without the underscore",
    );
  });

  test("dispose gives the memory back and keeps the values", () => {
    const p = parameter([1, 2]);
    p.sum().backward();
    const kept = p.grad!;
    p.dispose();
    p.dispose();
    expect([p.storage.pointer, p.grad]).toEqual([0, null]);
    expect([p.toArray(), kept.toArray()]).toEqual([
      [1, 2],
      [1, 1],
    ]);
    // and it can be used on
    expect(read(p.pointer, 2)).toEqual([1, 2]);
    p.mul(p).sum().backward();
    expect(p.grad!.toArray()).toEqual([2, 4]);
  });

  test("views stay valid when the memory grows", () => {
    const p = parameter([1, 2]);
    p.sum().backward();
    withArena((arena) => arena.f32(2 ** 22));
    expect([p.toArray(), p.grad!.toArray()]).toEqual([
      [1, 2],
      [1, 1],
    ]);
  });

  test("says what is wrong", () => {
    expect(() => new Parameter([1, 2] as never)).toThrow("nn.Parameter: data must be a tensor, got [1, 2]");
    expect(() => new Parameter(zeros([2], { dtype: "int32" }))).toThrow(
      'nn.Parameter: data must be a float32 tensor, got an int32 tensor [2]; convert it with .to("float32")',
    );
    expect(() => new Parameter(zeros([2]), { requires_grad: true } as never)).toThrow('did you mean "requiresGrad"?');
  });
});
