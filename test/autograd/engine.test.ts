import { cat, isGradEnabled, nn, noGrad, OptionError, ShapeError, type Tensor, tensor, UnrolledError, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { recordAll } from "../../ts/autograd/node.js";
import { makeTensor } from "../../ts/tensor/tensor.js";

const leaf = (values: number[]): Tensor => tensor(values, { requiresGrad: true });

describe("backward", () => {
  test("adds to what a leaf has", () => {
    const x = leaf([1, 2]);
    x.mul(3).sum().backward();
    x.mul(x).sum().backward();
    expect(x.grad!.toArray()).toEqual([5, 7]);
    x.grad = null;
    x.sum().backward();
    expect(x.grad!.toArray()).toEqual([1, 1]);
  });

  test("sums the gradients of every use, without changing any that others hold", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const z = y.add(y).add(y).add(x);
    y.retainGrad();
    z.retainGrad();
    z.backward(tensor([1, 10]));
    expect(z.grad!.toArray()).toEqual([1, 10]);
    expect(y.grad!.toArray()).toEqual([3, 30]);
    expect(x.grad!.toArray()).toEqual([7, 70]);
  });

  test("visits a node only after everything that uses it", () => {
    // y is used directly and, later, through a longer way: visited too early, half of its gradient would be lost.
    const x = leaf([2]);
    const y = x.mul(x);
    const z = y.add(y.mul(3).mul(y).add(1));
    z.backward();
    expect(x.grad!.item()).toBe(4 + 3 * 4 * 8); // x² + 3x⁴
  });

  test("of a leaf is its own gradient", () => {
    const x = leaf([4]);
    x.backward();
    x.backward(tensor([2]));
    expect(x.grad!.toArray()).toEqual([3]);
  });

  test("gives no gradient to tensors that ask for none", () => {
    const x = leaf([1]);
    const constant = tensor([5]);
    x.mul(constant).backward();
    expect(constant.grad).toBeNull();
    expect(x.mul(2).grad).toBeNull();
  });

  test("does not use the array of the gradient it is given", () => {
    const x = leaf([1, 2]);
    const gradient = tensor([1, 1]);
    x.add(0).backward(gradient);
    noGrad(() => x.grad!.mul_(5));
    expect(gradient.toArray()).toEqual([1, 1]);
  });

  test("stops at detach()", () => {
    const x = leaf([3]);
    x.mul(x.detach()).backward();
    expect(x.grad!.item()).toBe(3);
  });

  test("goes through 20,000 operations in a row", () => {
    const x = leaf([1]);
    let y: Tensor = x;
    for (let step = 0; step < 20_000; step++) y = y.add(1e-4);
    y.backward();
    expect(x.grad!.item()).toBe(1);
  });

  test("goes through a graph with 2^40 paths in 80 operations", () => {
    const x = leaf([1]);
    let y: Tensor = x;
    for (let step = 0; step < 40; step++) y = y.add(y).mul(0.5);
    y.backward();
    expect(x.grad!.item()).toBe(1);
  });

  test("passes a leaf that no longer wants a gradient by", () => {
    const [x, y] = [leaf([1, 2]), leaf([3, 4])];
    const w = new nn.Parameter(tensor([[5, 6]]));
    const loss = x.mul(y).add(nn.functional.linear(y, w)).sum();
    x.requiresGrad_(false);
    w.requiresGrad_(false);
    loss.backward(undefined, { retainGraph: true });
    expect([x.grad, w.grad, y.grad!.toArray()]).toEqual([null, null, [1 + 10, 2 + 12]]);
    x.requiresGrad_();
    loss.backward();
    expect([x.grad!.toArray(), w.grad]).toEqual([[3, 4], null]);
  });

  test("runs again with retainGraph, and gives the same", () => {
    const x = leaf([1, 2, 3]);
    const loss = x.exp().mul(x).softmax(0).pow(2).sum();
    loss.backward(undefined, { retainGraph: true });
    const once = x.grad!.data;
    x.grad = null;
    loss.backward();
    expect(x.grad!.data).toEqual(once);
  });

  test("runs again if nothing was saved for it", () => {
    const x = leaf([1, 2]);
    const loss = x.add(1).reshape([2, 1]).sum();
    loss.backward();
    loss.backward();
    expect(x.grad!.toArray()).toEqual([2, 2]);
  });
});

describe("an operation with several outputs", () => {
  function parts(x: Tensor, seen: unknown[]): Tensor[] {
    const outputs = [1, 2, 3].map((factor) =>
      makeTensor(
        Float32Array.from(x.data, (value) => factor * value),
        x.shape,
      ),
    );
    recordAll(outputs, { name: "parts", inputs: [x] }, (gradients, node) => {
      seen.push(gradients.map((gradient) => gradient && [...gradient]));
      const sum = new Float32Array(x.numel());
      for (const [k, gradient] of gradients.entries())
        gradient?.forEach((value, at) => {
          sum[at]! += (k + 1) * value;
        });
      node.give(0, sum);
    });
    return outputs;
  }

  test("gets null for those that had no part in the loss", () => {
    const x = leaf([1, 2]);
    const seen: unknown[] = [];
    const [first, , third] = parts(x, seen);
    third!.retainGrad();
    first!.add(third!.mul(2)).sum().backward();
    expect(seen).toEqual([[[1, 1], null, [2, 2]]]);
    expect(x.grad!.toArray()).toEqual([7, 7]);
    expect(third!.grad!.toArray()).toEqual([2, 2]);
  });

  test("runs once, when all have arrived", () => {
    const x = leaf([1]);
    const seen: unknown[] = [];
    const [first, second, third] = parts(x, seen);
    cat([first!, second!.mul(third!)])
      .sum()
      .backward();
    expect(seen).toEqual([[[1], [3], [2]]]);
  });
});

describe("noGrad", () => {
  test("records nothing, returns what fn returns, and ends also on throw", () => {
    const x = leaf([1]);
    expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false);
    expect(noGrad(() => isGradEnabled())).toBe(false);
    expect(() =>
      noGrad(() => {
        throw new Error("mine");
      }),
    ).toThrow("mine");
    expect(isGradEnabled()).toBe(true);
    expect(noGrad(() => noGrad(() => 1) + Number(isGradEnabled()))).toBe(1);
  });

  test("refuses what is no function", () => {
    expect(() => noGrad(5 as never)).toThrow(OptionError);
    expect(() => noGrad(5 as never)).toThrow("noGrad: fn must be a function, got 5");
    expect(() => noGrad(undefined as never)).toThrow("noGrad: fn must be a function, got undefined");
    expect(isGradEnabled()).toBe(true);
  });

  test("refuses async functions, before and after the fact", () => {
    let ran = false;
    expect(() =>
      noGrad(async () => {
        ran = true;
      }),
    ).toThrow("noGrad: fn must be a synchronous function, got an async function; await first, then call noGrad around what computes");
    expect(ran).toBe(false);
    expect(() => noGrad(() => Promise.resolve())).toThrow("noGrad: fn must be a synchronous function, got one that returns a promise");
    expect(isGradEnabled()).toBe(true);
  });
});

describe("errors", () => {
  test("a second backward", () => {
    const x = leaf([1, 2]);
    const loss = x.mul(x).sum();
    loss.backward();
    expect(() => loss.backward()).toThrow(UnrolledError);
    expect(() => loss.backward()).toThrow(
      "Tensor.backward: the graph must be whole, got a graph whose mul was freed by an earlier backward; " +
        "call backward(undefined, { retainGraph: true }) the first time if the graph is needed again",
    );
    expect(x.grad!.toArray()).toEqual([2, 4]);
  });

  test("a second backward through a part that was freed leaves all gradients as they were", () => {
    const x = leaf([1, 2]);
    const w = leaf([1, 1]);
    const shared = x.mul(x);
    shared.sum().backward();
    expect(() => shared.mul(w).sum().backward()).toThrow("got a graph whose mul was freed");
    expect(w.grad).toBeNull();
    expect(x.grad!.toArray()).toEqual([2, 4]);
    w.mul(w).sum().backward();
    expect(w.grad!.toArray()).toEqual([2, 2]);
  });

  describe("a backward that failed in the middle", () => {
    function failing(x: Tensor): { readonly loss: Tensor; readonly released: number[] } {
      const released: number[] = [];
      const y = makeTensor(x.data, x.shape);
      let runs = 0;
      const release = () => released.push(runs);
      recordAll([y], { name: "failing", inputs: [x], release }, ([gradient], node) => {
        if (++runs === 1) throw new Error("mine");
        node.give(0, gradient!);
      });
      return { loss: y.add(1).sum(), released };
    }

    test("leaves no graph that a retry could take for whole", () => {
      const x = leaf([1, 2]);
      const inner = x.mul(x);
      const { loss, released } = failing(inner);
      expect(() => loss.backward()).toThrow("mine");
      expect(released).toEqual([1]);
      const message =
        "Tensor.backward: the graph must be whole, got a graph whose sum was freed by a backward that failed; " +
        "compute the loss again: gradients may have got a part of what this backward would have added";
      expect(() => loss.backward()).toThrow(message);
      expect(x.grad).toBeNull();
      inner.sum().backward(); // what it had not reached is as it was
      expect(x.grad!.toArray()).toEqual([2, 4]);
    });

    test("keeps it with retainGraph", () => {
      const x = leaf([1, 2]);
      const { loss, released } = failing(x);
      expect(() => loss.backward(undefined, { retainGraph: true })).toThrow("mine");
      expect(released).toEqual([]);
      loss.backward();
      expect([x.grad!.toArray(), released]).toEqual([[1, 1], [2]]);
    });
  });

  test("a value that was changed in place after it was saved", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const loss = y.mul(y).sum();
    noGrad(() => y.reshape([2, 1]).fill_(0)); // through a view, too
    expect(() => loss.backward()).toThrow(
      "Tensor.backward: the values that mul needs must be as they were, got version 1 of one, recorded at version 0; " +
        "a tensor needed for backward was modified by an in-place operation",
    );
    expect(x.grad).toBeNull();
  });

  test("a value that was changed before it was saved is no error", () => {
    const x = leaf([1, 2]);
    noGrad(() => x.add_(1));
    x.mul(x).sum().backward();
    expect(x.grad!.toArray()).toEqual([4, 6]);
  });

  test("a value that was changed but is not needed is no error", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const loss = y.add(1).sum();
    noGrad(() => y.zero_());
    loss.backward();
    expect(x.grad!.toArray()).toEqual([2, 2]);
  });

  test("no scalar", () => {
    expect(() => leaf([1, 2]).mul(2).backward()).toThrow(
      "Tensor.backward: the tensor must be a scalar if no gradient is given, got shape [2]; " +
        "pass a gradient of this shape, or reduce to a scalar with sum() or mean()",
    );
  });

  test("a gradient of another shape", () => {
    const run = () =>
      leaf([1, 2])
        .mul(2)
        .backward(zeros([2, 1]));
    expect(run).toThrow(ShapeError);
    expect(run).toThrow("Tensor.backward: gradient must be [2], got [2, 1]");
  });

  test("nothing that requires a gradient", () => {
    const message =
      "Tensor.backward: the tensor must be computed from one that requires a gradient, got one that was not; " +
      "it was computed from none, or inside noGrad, or is detached";
    expect(() => tensor([1]).backward()).toThrow(message);
    expect(() => noGrad(() => leaf([1]).mul(2)).backward()).toThrow(message);
  });

  test("an unknown option", () => {
    expect(() => leaf([1]).backward(undefined, { retain_graph: true } as never)).toThrow(
      'Tensor.backward: option must be one of retainGraph, got "retain_graph"; did you mean "retainGraph"?',
    );
  });

  test("requiresGrad of what cannot have it", () => {
    expect(() => zeros([2], { dtype: "int32" }).requiresGrad_()).toThrow("Tensor.requiresGrad_: the tensor must be float32, got int32");
    expect(() => leaf([1]).mul(2).requiresGrad_(false)).toThrow(
      "Tensor.requiresGrad_: the tensor must be a leaf, got the result of mul; use detach() to cut it off",
    );
    expect(() => tensor([1]).retainGrad()).toThrow(
      "Tensor.retainGrad: the tensor must be one that requires a gradient, got one that does not",
    );
    expect(() => {
      tensor([1]).grad = zeros([2]);
    }).toThrow("Tensor.grad: grad must be [1], got [2]");
    expect(() => {
      tensor([1]).grad = zeros([1], { dtype: "int32" });
    }).toThrow('Tensor.grad: grad must be a float32 tensor, got an int32 tensor [1]; convert it with .to("float32")');
    expect(() => {
      tensor([1]).grad = 5 as never;
    }).toThrow("Tensor.grad: grad must be a tensor, got 5");
  });

  test("a tensor as its own gradient, which backward would change", () => {
    const x = leaf([1, 2]);
    for (const own of [x, x.detach(), x.detach().reshape([2])]) {
      expect(() => {
        x.grad = own;
      }).toThrow("Tensor.grad: grad must be a tensor of its own, got one with the same values; clone() it");
    }
    x.grad = x.detach().clone();
    x.sum().backward();
    expect([x.toArray(), x.grad!.toArray()]).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });
});
