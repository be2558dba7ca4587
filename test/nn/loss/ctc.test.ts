import { nn, optim, type Tensor, tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { byMagnitude, expectClose, golden, type Plain, toTensor } from "../../support/golden.js";
import { checkGradients, sample } from "../../tensor/helpers.js";

interface Case {
  readonly name: string;
  readonly logProbs: Plain;
  readonly targets: Plain;
  readonly inputLengths: number | number[];
  readonly targetLengths: number | number[];
  readonly options: nn.functional.CTCLossOptions;
  readonly value: Plain;
  readonly upstream: Plain;
  readonly grad: Plain;
}

const { functional: F } = nn;
const ints = (values: ArrayLike<number>, shape: readonly number[] = [values.length]) => tensor(Int32Array.from(values), { shape });
const logits = (shape: number[], seed: number) => sample(shape, seed).logSoftmax(-1);

describe.each([
  [
    "module",
    (options: nn.functional.CTCLossOptions) =>
      (...args: Parameters<nn.CTCLoss["forward"]>) =>
        new nn.CTCLoss(options).forward(...args),
  ],
  [
    "function",
    (options: nn.functional.CTCLossOptions) =>
      (...args: Parameters<nn.CTCLoss["forward"]>) =>
        F.ctcLoss(...args, options),
  ],
])("as a %s", (_, lossOf) => {
  test.each(golden<Case>("ctc"))("$name: PyTorch's value and gradient", (expected) => {
    const input = toTensor(expected.logProbs, true);
    const targets = ints(expected.targets.data, expected.targets.shape);
    const loss = lossOf(expected.options)(input, targets, expected.inputLengths, expected.targetLengths);
    loss.backward(toTensor(expected.upstream));
    expectClose("the loss", loss, expected.value, byMagnitude);
    expectClose("the gradient", input.grad, expected.grad, byMagnitude);
  });
});

const targets = ints([1, 1, 4, 3, 0, 0, 2, 4, 0], [3, 3]);
const run = (x: Tensor, options?: nn.functional.CTCLossOptions) => F.ctcLoss(x, targets, [7, 5, 6], [3, 1, 2], options);

test.each(["none", "mean", "sum"] as const)("reduction %s: gradients through logSoftmax by finite differences", (reduction) => {
  checkGradients((x) => run(x!.logSoftmax(-1), { reduction }), [sample([7, 3, 5], 1)]);
});

test("a mean divides by the labels first", () => {
  const x = logits([7, 3, 5], 2);
  const [a, b, c] = run(x, { reduction: "none" }).toArray() as [number, number, number];
  expect(run(x).item()).toBeCloseTo((a / 3 + b / 1 + c / 2) / 3, 5);
  expect(run(x, { reduction: "sum" }).item()).toBeCloseTo(a + b + c, 5);
});

test("padded and concatenated targets, arrays and tensors of lengths are the same", () => {
  const x = logits([7, 3, 5], 2);
  const expected = run(x, { reduction: "none" }).data;
  const flat = ints([1, 1, 4, 3, 2, 4]);
  expect(F.ctcLoss(x, flat, [7, 5, 6], [3, 1, 2], { reduction: "none" }).data).toEqual(expected);
  expect(F.ctcLoss(x, flat, ints([7, 5, 6]), ints([3, 1, 2]), { reduction: "none" }).data).toEqual(expected);
});

test("a sequence alone has the loss it has in a batch", () => {
  const x = logits([7, 3, 5], 2);
  const all = run(x, { reduction: "none" }).data;
  const [labels, steps] = [
    [[1, 1, 4], [3], [2, 4]],
    [7, 5, 6],
  ];
  for (const [n, each] of labels.entries()) {
    const alone = F.ctcLoss(x.select(1, n), ints(each), steps[n]!, each.length, { reduction: "none" });
    expect(alone.shape).toEqual([]);
    expect(alone.item()).toBe(all[n]);
    const batched = F.ctcLoss(x.narrow(1, n, 1), ints(each), [steps[n]!], [each.length], { reduction: "none" });
    expect([batched.shape, batched.item()]).toEqual([[1], all[n]]);
  }
});

describe("targets that are too long", () => {
  // [1, 1, 4] takes four steps: there is a blank between the two that are alike.
  const call = (x: Tensor, zeroInfinity: boolean) => F.ctcLoss(x, targets, [3, 5, 6], [3, 1, 2], { reduction: "none", zeroInfinity });

  test("are infinite, and their gradient is no number", () => {
    const x = logits([7, 3, 5], 3).detach().requiresGrad_();
    const loss = call(x, false);
    expect(loss.data[0]).toBe(Number.POSITIVE_INFINITY);
    expect([...loss.data.slice(1)].every(Number.isFinite)).toBe(true);
    loss.sum().backward();
    const spoilt = [...x.grad!.data].map(Number.isNaN);
    expect(spoilt).toEqual(spoilt.map((_, at) => Math.floor(at / 5) % 3 === 0 && at < 3 * 3 * 5));
  });

  test("are nothing with zeroInfinity", () => {
    const x = logits([7, 3, 5], 3).detach().requiresGrad_();
    const loss = call(x, true);
    expect(loss.data).toEqual(Float32Array.of(0, ...call(x, false).data.slice(1)));
    loss.sum().backward();
    const first = x.grad!.select(1, 0);
    expect([...first.data].every((value) => value === 0)).toBe(true);
    expect(x.grad!.data.every(Number.isFinite)).toBe(true);
  });
});

test("an empty target is all blanks, and no steps are sure", () => {
  const x = logits([6, 2, 4], 1);
  const blanks = [...x.select(1, 0).select(1, 2).data].slice(0, 5).reduce((sum, value) => sum + value, 0);
  const options = { reduction: "none", blank: 2 } as const;
  const loss = F.ctcLoss(x, ints([], [2, 0]), [5, 0], [0, 0], options);
  expect(loss.data[0]).toBeCloseTo(-blanks, 5);
  expect(loss.data[1]).toBe(0);
  expect(F.ctcLoss(x, ints([]), [5, 0], [0, 0], options).data).toEqual(loss.data);
});

test("backward twice, with retainGraph, gives twice the gradient; values that changed are refused", () => {
  const x = logits([7, 3, 5], 4).detach().requiresGrad_();
  const loss = run(x);
  loss.backward(undefined, { retainGraph: true });
  const once = [...x.grad!.data];
  loss.backward();
  expect([...x.grad!.data]).toEqual(once.map((value) => 2 * value));
  const changed = x.mul(1);
  const other = run(changed);
  nn.init.zeros_(changed);
  expect(() => other.backward()).toThrow("the values that ctcLoss needs must be as they were");
});

test("logits learn to spell", () => {
  const scores = new nn.Parameter(sample([7, 5], 8));
  const optimizer = new optim.SGD([scores], { lr: 3 });
  const criterion = new nn.CTCLoss();
  const spell = () => criterion.forward(scores.logSoftmax(-1), ints([3, 3, 1]), 7, 3);
  const before = spell().item();
  for (let step = 0; step < 60; step++) {
    optimizer.zeroGrad();
    spell().backward();
    optimizer.step();
  }
  expect(before).toBeGreaterThan(1);
  expect(spell().item()).toBeLessThan(0.05);
});
