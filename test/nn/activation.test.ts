import { nn, type Tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { sample } from "../tensor/helpers.js";

const { functional: F } = nn;
const x = sample([2, 3, 5], 1);

describe.each<[string, (x: Tensor) => Tensor, (x: Tensor) => Tensor, (x: Tensor) => Tensor]>([
  ["ReLU", (x) => new nn.ReLU().forward(x), F.relu, (x) => x.relu()],
  ["Tanh", (x) => new nn.Tanh().forward(x), F.tanh, (x) => x.tanh()],
  ["Sigmoid", (x) => new nn.Sigmoid().forward(x), F.sigmoid, (x) => x.sigmoid()],
  ["GELU", (x) => new nn.GELU().forward(x), F.gelu, (x) => x.gelu()],
  ["SiLU", (x) => new nn.SiLU().forward(x), F.silu, (x) => x.silu()],
  ["Softmax(1)", (x) => new nn.Softmax(1).forward(x), (x) => F.softmax(x, 1), (x) => x.softmax(1)],
  ["LogSoftmax({ dim: -1 })", (x) => new nn.LogSoftmax({ dim: -1 }).forward(x), (x) => F.logSoftmax(x, -1), (x) => x.logSoftmax(-1)],
  ["Flatten()", (x) => new nn.Flatten().forward(x), (x) => x.reshape([2, 15]), (x) => x.flatten(1)],
  [
    "Flatten({ endDim: 1 })",
    (x) => new nn.Flatten({ startDim: 0, endDim: 1 }).forward(x),
    (x) => x.reshape([6, 5]),
    (x) => x.flatten(0, 1),
  ],
])("%s", (_, module, fn, method) => {
  test("is the tensor's own method, with its gradient", () => {
    const runs = [module, fn, method].map((f) => {
      const input = x.detach().requiresGrad_();
      const y = f(input);
      y.backward(sample([...y.shape], 2));
      return { shape: y.shape, y: y.data, gradient: input.grad!.data };
    });
    expect(runs[0]).toEqual(runs[2]);
    expect(runs[1]).toEqual(runs[2]);
  });
});

test("errors", () => {
  expect(() => new nn.Softmax(undefined as never)).toThrow("nn.Softmax: dim must be an integer, got undefined");
  expect(() => new nn.LogSoftmax({ dim: 0.5 })).toThrow("nn.LogSoftmax: dim must be an integer, got 0.5");
  expect(() => new nn.Softmax({ axis: 1 } as never)).toThrow('nn.Softmax: option must be one of dim, got "axis"');
  expect(() => F.softmax(x, undefined as never)).toThrow("nn.functional.softmax: dim must be an integer, got undefined");
  expect(() => F.logSoftmax(x, "1" as never)).toThrow('nn.functional.logSoftmax: dim must be an integer, got "1"');
  expect(() => new nn.Softmax(3).forward(x)).toThrow("dim must be an integer in [-3, 2] for a tensor of rank 3, got 3");
  expect(() => new nn.Flatten({ startDim: null as never })).toThrow("nn.Flatten: startDim must be an integer, got null");
  expect(() => new nn.Flatten({ endDim: 1.5 })).toThrow("nn.Flatten: endDim must be an integer, got 1.5");
});
