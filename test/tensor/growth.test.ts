import { manualSeed, nn, type Tensor, tensor } from "unrolled";
import { describe, expect, test, vi } from "vitest";
import { core } from "../../ts/wasm/core.js";
import { expectClose, ints, sample } from "./helpers.js";

const state = vi.hoisted(() => ({ growing: false }));

// A new arena each time, which gets a chunk for each thing it hands out; whatever is allocated makes the memory grow, and every view of it is
// detached then.
vi.mock(import("../../ts/wasm/arena.js"), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, withArena: (fn) => (state.growing ? new original.Arena().run(fn) : original.withArena(fn)) };
});
vi.mock(import("../../ts/wasm/memory.js"), async (importOriginal) => {
  const memory = await importOriginal();
  const grow = () => {
    if (state.growing) core().memory.grow(1);
  };
  return {
    ...memory,
    tryAllocate: (bytes: number) => (state.growing ? 0 : memory.tryAllocate(bytes)),
    allocateBytes: (bytes: number) => {
      grow();
      return memory.allocateBytes(bytes);
    },
    allocate: (bytes: number) => {
      grow();
      return memory.allocate(bytes);
    },
  };
});

function growing<T>(run: () => T): T {
  state.growing = true;
  try {
    return run();
  } finally {
    state.growing = false;
  }
}

/** What `run` gives, and the gradients of its inputs. */
function results(inputs: readonly Tensor[], run: (...inputs: Tensor[]) => Tensor): (Tensor | null)[] {
  manualSeed(3);
  const y = run(...inputs);
  y.backward(sample([...y.shape], 77));
  return [y, ...inputs.map((input) => input.grad)];
}

const { functional: F } = nn;
const classes = ints([1, 0, 2]);
const likelihoods = tensor([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.25, 0.35, 0.45], { shape: [3, 4] });

const unary: Record<string, (x: Tensor) => Tensor> = {
  neg: (x) => x.neg(),
  abs: (x) => x.abs(),
  relu: (x) => x.relu(),
  sqrt: (x) => x.sqrt(),
  clamp: (x) => x.clamp({ min: 0.5, max: 0.8 }),
  exp: (x) => x.exp(),
  log: (x) => x.log(),
  tanh: (x) => x.tanh(),
  sigmoid: (x) => x.sigmoid(),
  gelu: (x) => x.gelu(),
  silu: (x) => x.silu(),
  "pow 2": (x) => x.pow(2),
  "pow 2.5": (x) => x.pow(2.5),
  "softmax 0": (x) => x.softmax(0),
  "softmax 1": (x) => x.softmax(1),
  "logSoftmax 0": (x) => x.logSoftmax(0),
  "logSoftmax 1": (x) => x.logSoftmax(1),
  sum: (x) => x.sum(),
  mean: (x) => x.mean(0),
  std: (x) => x.std(),
  var: (x) => x.var(1),
  "norm 1": (x) => x.norm(1),
  "norm 2": (x) => x.norm(),
  "norm 2.5": (x) => x.norm(2.5, { dim: 1 }),
  "norm 3.5": (x) => x.norm(3.5, { dim: 0 }),
  "norm ∞": (x) => x.norm(Number.POSITIVE_INFINITY),
  cumsum: (x) => x.cumsum(0),
  max: (x) => x.max(),
  "min 1": (x) => x.min(1).values,
  topk: (x) => x.topk(2).values,
  transpose: (x) => x.transpose(0, 1),
  clone: (x) => x.clone(),
  expand: (x) => x.expand([2, 3, 4]),
  indexSelect: (x) => x.indexSelect(0, ints([2, 0, 2])),
  dropout: (x) => F.dropout(x, { p: 0.5 }),
  crossEntropy: (x) => F.crossEntropy(x, classes),
  nllLoss: (x) => F.nllLoss(x, classes),
  binaryCrossEntropy: (x) => F.binaryCrossEntropy(x, likelihoods, { weight: likelihoods }),
  binaryCrossEntropyWithLogits: (x) => F.binaryCrossEntropyWithLogits(x, likelihoods, { posWeight: likelihoods }),
  klDiv: (x) => F.klDiv(x, likelihoods),
  embedding: (x) => F.embedding(ints([0, 2, 2]), x),
};

const binary: Record<string, (x: Tensor, y: Tensor) => Tensor> = {
  add: (x, y) => x.add(y),
  sub: (x, y) => x.sub(y),
  mul: (x, y) => x.mul(y),
  div: (x, y) => x.div(y),
  pow: (x, y) => x.pow(y),
  "pow broadcast": (x, y) => x.pow(y.select(0, 1)),
  matmul: (x, y) => x.matmul(y.transpose(0, 1)),
  linear: (x, y) => F.linear(x, y),
  mseLoss: (x, y) => F.mseLoss(x, y),
  huberLoss: (x, y) => F.huberLoss(x, y),
};

describe("with a memory that grows whenever it is asked for room, on parameters", () => {
  const check = (shapes: number[][], run: (...inputs: Tensor[]) => Tensor) => {
    const values = shapes.map((shape, index) => sample(shape, 5 + index, [0.2, 0.9]));
    const expected = results(
      values.map((each) => each.clone().requiresGrad_()),
      run,
    );
    const parameters = values.map((each) => new nn.Parameter(each.clone()));
    const actual = growing(() => results(parameters, run));
    for (const [index, wanted] of expected.entries()) {
      expect(actual[index]!.shape).toEqual(wanted!.shape);
      expectClose(actual[index]!, wanted!.data, 1e-6, 1e-6);
    }
  };

  test.each(Object.entries(unary))("%s", (_, run) => check([[3, 4]], run as (...inputs: Tensor[]) => Tensor));
  test.each(Object.entries(binary))("%s", (_, run) => {
    check(
      [
        [3, 4],
        [3, 4],
      ],
      run as (...inputs: Tensor[]) => Tensor,
    );
  });

  test("multinomial", () => {
    const p = new nn.Parameter(sample([3, 4], 5, [0.2, 0.9]));
    expect(growing(() => p.multinomial(2)).shape).toEqual([3, 2]);
  });

  test("a gradient that is set", () => {
    const p = new nn.Parameter(sample([3], 5));
    growing(() => {
      p.grad = tensor([1, 2, 3]);
    });
    expect(p.grad!.toArray()).toEqual([1, 2, 3]);
    const q = new nn.Parameter(sample([3], 5));
    growing(() => {
      q.grad = p.grad;
    });
    expect(q.grad!.toArray()).toEqual([1, 2, 3]);
  });

  test("a recurrent net trains", () => {
    const train = () => {
      manualSeed(1);
      const lstm = new nn.LSTM(3, 4, { numLayers: 2 });
      const [y] = lstm.forward(sample([5, 2, 3], 8));
      y.sum().backward();
      nn.utils.clipGradNorm_(lstm.parameters(), 0.1);
      return [y, ...lstm.parameters().map((parameter) => parameter.grad!)].map((each) => each.data);
    };
    expect(growing(train)).toEqual(train());
  });
});
