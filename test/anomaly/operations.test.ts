// Operations other than recurrent networks, and what detectAnomaly leaves as it is.

import {
  AnomalyError,
  cat,
  detectAnomaly,
  getRngState,
  isGradEnabled,
  manualSeed,
  nn,
  noGrad,
  OptionError,
  optim,
  randn,
  type Tensor,
  tensor,
  UnrolledError,
  where,
} from "unrolled";
import { describe, expect, test } from "vitest";
import { anomalyOf } from "./anomalies.js";

const leaf = (values: number[]) => tensor(values, { requiresGrad: true });
const outside = "no operation in detectAnomaly has made it: it came from outside";

describe("results", () => {
  test("0 / 0, and what is computed without gradients", () => {
    const [a, b] = [tensor([[1, 2, 3]]), tensor([[1, 0, 0]])];
    const message = "the result of div must be finite, got NaN at [0, 2]; what it was computed from is finite: 0 and 0 at this place";
    const x = tensor([[1, 2, 0]]);
    expect(anomalyOf(() => x.div(tensor([[1, 2, 0]])))).toBe(message);
    expect(anomalyOf(() => noGrad(() => x.div(tensor([[1, 2, 0]]).requiresGrad_())))).toBe(message);
    expect(anomalyOf(() => a.div(b))).toBe(
      "the result of div must be finite, got Infinity at [0, 1]; what it was computed from is finite: 2 and 0 at this place",
    );
  });

  test.each([
    ["log", () => tensor([1, 0]).log(), "-Infinity at [1]", ": 0 at this place"],
    ["exp", () => leaf([1, 2, 89]).exp(), "Infinity at [2]", ": 89 at this place"],
    ["sqrt", () => tensor(-1).sqrt(), "NaN", ": -1 at this place"],
    ["mul", () => tensor([1e30]).mul(1e30), "Infinity at [0]", ": 1.0000000150474662e+30 at this place"],
    [
      "matmul",
      () => tensor([[1e30]]).matmul(tensor([[1e30]])),
      "Infinity at [0, 0]",
      ": 1.0000000150474662e+30 and 1.0000000150474662e+30 at this place",
    ],
    ["sum", () => tensor([3e38, 3e38]).sum(), "Infinity", ""],
    ["std", () => tensor([1]).std(), "NaN", ": 1 at this place"],
    ["mseLoss", () => new nn.MSELoss().forward(tensor([1e30, 1]), tensor([0, 1])), "Infinity", ""],
    ["linear", () => nn.functional.linear(tensor([[1, 1]]), tensor([[3e38, 3e38]])), "Infinity at [0, 0]", ""],
  ])("%s", (name, compute, place, there) => {
    expect(anomalyOf(compute)).toBe(`the result of ${name} must be finite, got ${place}; what it was computed from is finite${there}`);
  });

  test("what was not finite before is said, and where", () => {
    const x = tensor([
      [1, 2],
      [3, Number.NaN],
    ]);
    expect(anomalyOf(() => tensor([1, 1]).add(x))).toBe(`input 1 of add must be finite, got NaN at [1, 1] of [2, 2]; ${outside}`);
    expect(anomalyOf(() => cat([x, x]))).toBe(`input 0 of cat must be finite, got NaN at [1, 1] of [2, 2]; ${outside}`);
    expect(anomalyOf(() => x.transpose(0, 1))).toMatch(/^input 0 of .*transpose must be finite, got NaN at \[1, 1\]/);
    const model = new nn.Linear(2, 2);
    noGrad(() => model.bias?.fill_(Number.NEGATIVE_INFINITY));
    expect(anomalyOf(() => model.forward(randn([3, 2])))).toBe(`input 2 of linear must be finite, got -Infinity at [0] of [2]; ${outside}`);
    expect(anomalyOf(() => model.forward(randn([3, 2])), model)).toMatch(/^parameter bias must be finite, got -Infinity at \[0\] of \[2\]/);
    const target = tensor([[0, Number.NaN]]);
    expect(anomalyOf(() => new nn.MSELoss().forward(tensor([[1, 2]]), target))).toMatch(
      /^input 1 of mseLoss must be finite, got NaN at \[0, 1\]/,
    );
  });

  test("infinities that the program writes itself are no anomaly, nor what comes of them; NaN is", () => {
    const mask = tensor([[0, 1, 0]], { dtype: "int32" });
    const scores = tensor([[1, 2, 3]], { requiresGrad: true });
    detectAnomaly(() => {
      const masked = scores.maskedFill(mask, Number.NEGATIVE_INFINITY);
      masked.mul(2).softmax(1).sum().backward();
      where(mask, Number.NEGATIVE_INFINITY, scores).logSoftmax(1).exp().sum().backward();
    });
    expect(anomalyOf(() => scores.maskedFill(mask, Number.NEGATIVE_INFINITY).mul(0))).toMatch(
      /^input 0 of mul must be finite, got -Infinity/,
    );
    expect(anomalyOf(() => scores.maskedFill(mask, Number.NaN))).toMatch(/^the result of maskedFill must be finite, got NaN at \[0, 1\]/);
  });
});

describe("gradients", () => {
  test("of √0, whose value is finite", () => {
    const x = leaf([4, 0]);
    expect(anomalyOf(() => x.sqrt().sum().backward())).toBe(
      "the gradient that sqrt gives its input 0 must be finite, got Infinity at [1]; the gradient of its result is finite: 1 there, and its input 0",
    );
  });

  test("of log 0, recorded outside: the operation is known, not what it read", () => {
    const x = leaf([1, 0, 2]);
    const loss = x.log().sum();
    expect(anomalyOf(() => loss.backward())).toBe(
      "the gradient that log gives its input 0 must be finite, got Infinity at element 1; run what computes it in detectAnomaly too, and it can tell more",
    );
  });

  test("sums that overflow, of a result and of a leaf", () => {
    const huge = tensor([3e38]);
    const x = leaf([1e-3]);
    expect(
      anomalyOf(() => {
        const y = x.mul(1);
        y.mul(huge).add(y.mul(huge)).sum().backward();
      }),
    ).toBe("the sum of the gradients of the result of mul must be finite, got Infinity at element 0; each of them is finite");
    const sum = "the gradient of its input 0, to which mul has added, must be finite, got Infinity at [0]; before that it was finite";
    for (const own of [leaf([1e-3]), new nn.Parameter(tensor([1e-3]))])
      expect(anomalyOf(() => own.mul(huge).add(own.mul(huge)).sum().backward())).toBe(sum);
    const model = new nn.Linear(1, 1);
    noGrad(() => model.weight.fill_(1e-3));
    const layer = () =>
      model
        .forward(tensor([[3e38]]))
        .mul(0.5)
        .sum();
    const thrice = () =>
      [1, 2, 3].forEach(() => {
        layer().backward();
      });
    expect(anomalyOf(thrice, model)).toBe(
      "the gradient of parameter weight, to which linear has added, must be finite, got Infinity at [0, 0]; before that it was finite",
    );
  });

  test("that were there before, or that are given", () => {
    const model = new nn.Linear(2, 1);
    model.weight.grad = tensor([[0, Number.NaN]]);
    const loss = () =>
      model
        .forward(randn([1, 2]))
        .sum()
        .backward();
    expect(anomalyOf(loss, model)).toBe(
      "the gradient that parameter weight had before this backward must be finite, got NaN at [0, 1]; call zeroGrad(), and detectAnomaly around what made it",
    );
    model.zeroGrad();
    detectAnomaly(loss);
    const y = model.forward(randn([1, 2]));
    expect(anomalyOf(() => y.backward(tensor([[Number.POSITIVE_INFINITY]])))).toBe(
      "the gradient that backward was given must be finite, got Infinity at element 0",
    );
  });
});

/** A training step; everything that it computes. */
function step(): number[][] {
  manualSeed(11);
  class Model extends nn.Module {
    embedding = new nn.Embedding(7, 4);
    rnn = new nn.GRU(4, 5, { numLayers: 2, dropout: 0.4, bidirectional: true });
    dropout = new nn.Dropout(0.3);
    head = new nn.Linear(10, 3);
  }
  const model = new Model();
  const optimizer = new optim.Adam(model.parameters());
  const tokens = tensor([
    [1, 2, 3, 6],
    [0, 0, 4, 5],
  ]);
  const [output] = model.rnn.forward(model.embedding.forward(tensor(tokens.toArray() as number[][], { dtype: "int32" })));
  const logits = model.head.forward(model.dropout.forward(output));
  const loss = new nn.CrossEntropyLoss().forward(logits.reshape([-1, 3]), tensor([0, 1, 2, 0, 1, 2, 0, 1], { dtype: "int32" }));
  loss.backward();
  const gradients = model.parameters().map(({ grad }) => [...(grad as Tensor).data]);
  optimizer.step();
  return [[loss.item()], ...gradients, ...model.parameters().map(({ data }) => [...data]), [...getRngState()]];
}

describe("around a step that is in order", () => {
  test("values, gradients and random numbers are the same bits", () => {
    expect(detectAnomaly(step)).toEqual(step());
  });

  test("tensors that need no gradient get no graph", () => {
    const x = randn([2, 2]);
    const inside = detectAnomaly(() => [
      x.mul(2),
      noGrad(() => leaf([1]).mul(2)),
      new nn.LSTM(2, 3).forward(randn([1, 1, 2]))[0],
      leaf([1]).mul(2),
    ]);
    expect(inside.map(({ requiresGrad }) => requiresGrad)).toEqual([false, false, true, true]);
  });
});

describe("the function", () => {
  test("is called at once, and what it returns is returned", () => {
    expect(detectAnomaly(() => detectAnomaly(() => 3) + 1)).toBe(4);
    expect(isGradEnabled()).toBe(true);
  });

  test("when it has ended, however, nothing is looked at any more", () => {
    const bad = () => tensor([0]).log();
    expect(() => detectAnomaly(bad)).toThrow(AnomalyError);
    expect(bad().data[0]).toBe(Number.NEGATIVE_INFINITY);
    expect(() =>
      detectAnomaly(() => {
        throw new Error("own");
      }),
    ).toThrow(/^own$/);
    bad();
    detectAnomaly(() => {
      expect(() => detectAnomaly(bad)).toThrow(AnomalyError);
      expect(bad, "the outer one goes on").toThrow(AnomalyError);
    });
  });

  test("must be synchronous, and a function", () => {
    const message =
      "detectAnomaly: fn must be a synchronous function, got an async function; await first, then call detectAnomaly around what computes";
    expect(() => detectAnomaly(async () => 1)).toThrow(new UnrolledError(message));
    expect(() => detectAnomaly(() => Promise.resolve(1))).toThrow(/got one that returns a promise/);
    expect(() => detectAnomaly(3 as never)).toThrow(new OptionError("detectAnomaly: fn must be a function, got 3"));
    expect(() => detectAnomaly(() => 1, { model: 3 as never })).toThrow(new OptionError("detectAnomaly: model must be a module, got 3"));
    expect(() => detectAnomaly(() => 1, { modul: 3 } as never)).toThrow(/did you mean "model"\?/);
    tensor([0]).log();
  });

  test("after an error the next step gives the same bits as without it", () => {
    const expected = step();
    const lstm = new nn.LSTM(2, 3);
    expect(() => detectAnomaly(() => lstm.forward(tensor([[[Number.NaN, 1]]])))).toThrow(AnomalyError);
    expect(step()).toEqual(expected);
  });
});
