import { nn, type Tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { byMagnitude, expectClose, golden, type Plain, toTensor } from "../support/golden.js";
import { checkGradients, expectClose as expectNear, sample } from "../tensor/helpers.js";

interface Case {
  readonly name: string;
  readonly module: "LayerNorm" | "RMSNorm";
  readonly normalizedShape: number | number[];
  readonly options: { readonly eps?: number; readonly elementwiseAffine?: boolean; readonly bias?: boolean };
  readonly params: Record<string, Plain>;
  readonly input: Plain;
  readonly output: Plain;
  readonly upstream: Plain;
  readonly grads: { readonly input: Plain; readonly params: Record<string, Plain> };
}

const { functional: F } = nn;

/** Sums over rows round more than single values. */
const summed = (expected: number) => 2 * byMagnitude(expected);

test.each(golden<Case>("norms"))("$module equals torch.nn.$module: $name", (expected) => {
  const norm = new nn[expected.module](expected.normalizedShape, expected.options);
  norm.loadStateDict(expected.params);
  const input = toTensor(expected.input, true);
  const output = norm.forward(input);
  expectClose("the output", output, expected.output, byMagnitude);
  output.backward(toTensor(expected.upstream));
  expectClose("the gradient of the input", input.grad, expected.grads.input, byMagnitude);
  expect(norm.namedParameters().map(([name]) => name)).toEqual(Object.keys(expected.grads.params));
  for (const [name, parameter] of norm.namedParameters()) {
    expectClose(`the gradient of ${name}`, parameter.grad, expected.grads.params[name]!, summed);
  }
});

test.each<[string, (...inputs: Tensor[]) => Tensor, Tensor[]]>([
  ["layerNorm", (x, w, b) => F.layerNorm(x!, [7], w, b), [sample([3, 5, 7], 1), sample([7], 2), sample([7], 3)]],
  ["layerNorm of two dimensions", (x, w) => F.layerNorm(x!, [3, 5], w), [sample([2, 3, 5], 1), sample([3, 5], 2)]],
  ["layerNorm with a bias alone", (x, b) => F.layerNorm(x!, 6, null, b), [sample([4, 6], 1), sample([6], 2)]],
  ["layerNorm alone", (x) => F.layerNorm(x!, 6, null, null, { eps: 0.01 }), [sample([4, 6], 1)]],
  ["rmsNorm", (x, w) => F.rmsNorm(x!, 7, w), [sample([3, 5, 7], 1), sample([7], 2)]],
  ["rmsNorm alone", (x) => F.rmsNorm(x!, [7], null, { eps: 0.01 }), [sample([3, 7], 1)]],
])("%s: gradients by finite differences", (_, compute, inputs) => checkGradients(compute, inputs, 3e-3));

test("functions and modules are the same", () => {
  const x = sample([2, 3, 5], 4);
  const layer = new nn.LayerNorm([3, 5], { eps: 0.2 });
  nn.init.normal_(layer.weight!);
  nn.init.normal_(layer.bias!);
  expect(F.layerNorm(x, [3, 5], layer.weight, layer.bias, { eps: 0.2 }).data).toEqual(layer.forward(x).data);
  const rms = new nn.RMSNorm(5);
  nn.init.normal_(rms.weight!);
  expect(F.rmsNorm(x, 5, rms.weight).data).toEqual(rms.forward(x).data);
});

test("gradients of parameters add up, and those of frozen ones do not appear", () => {
  const x = sample([4, 7], 1);
  const norm = new nn.LayerNorm(7);
  norm.forward(x).sum().backward();
  const once = norm.bias!.grad!.data;
  norm.weight!.requiresGrad_(false);
  norm.forward(x).sum().backward();
  expect([...norm.bias!.grad!.data]).toEqual([...once].map((value) => 2 * value));
  const frozen = new nn.LayerNorm(7).requiresGrad_(false);
  const leaf = sample([4, 7], 1).requiresGrad_();
  frozen.forward(leaf).sum().backward();
  expect([frozen.weight!.grad, frozen.bias!.grad]).toEqual([null, null]);
  expect(leaf.grad).not.toBeNull();
});

test("backward twice gives twice the gradient; a changed input is refused", () => {
  const x = sample([4, 7], 1).requiresGrad_();
  const y = new nn.RMSNorm(7)
    .forward(x)
    .mul(sample([4, 7], 2))
    .sum();
  y.backward(undefined, { retainGraph: true });
  const once = [...x.grad!.data];
  y.backward();
  expect([...x.grad!.data]).toEqual(once.map((value) => 2 * value));
  const changed = x.mul(1);
  const other = F.layerNorm(changed, 7).sum();
  nn.init.ones_(changed);
  expect(() => other.backward()).toThrow("the values that layerNorm needs must be as they were");
});

test("values far from zero keep their digits, and a row of equal ones is zero", () => {
  const x = sample([3, 101], 1);
  const near = F.layerNorm(x, 101);
  expectNear(F.layerNorm(x.add(64), 101), near.data, 2e-4);
  expect(F.layerNorm(zeros([2, 5]).add(3), 5).toArray()).toEqual([[0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]); // biome-ignore format: a matrix
});

test("no rows are normalized to no rows", () => {
  const norm = new nn.LayerNorm(5);
  const x = zeros([0, 5], { requiresGrad: true });
  norm.forward(x).sum().backward();
  expect([x.grad!.shape, [...norm.weight!.grad!.data]]).toEqual([
    [0, 5],
    [0, 0, 0, 0, 0],
  ]);
});

describe("as modules", () => {
  test("parameters start as ones and zeros, and return to that", () => {
    const norm = new nn.LayerNorm([2, 3]);
    const start = { weight: [[1, 1, 1], [1, 1, 1]], bias: [[0, 0, 0], [0, 0, 0]] }; // biome-ignore format: matrices
    const state = () => Object.fromEntries(Object.entries(norm.stateDict()).map(([name, value]) => [name, value.toArray()]));
    expect(state()).toEqual(start);
    nn.init.normal_(norm.weight!);
    nn.init.normal_(norm.bias!);
    norm.resetParameters();
    expect(state()).toEqual(start);
  });

  test("printed", () => {
    expect(String(new nn.LayerNorm([2, 3], { bias: false }))).toBe("LayerNorm([2, 3], eps=0.00001, elementwiseAffine=true, bias=false)");
    expect(String(new nn.RMSNorm(4))).toBe("RMSNorm([4], eps=null, elementwiseAffine=true)");
  });
});

test.each<[string, () => unknown]>([
  ["nn.LayerNorm: normalizedShape must be a size, or an array of at least one, each >= 1, got []", () => new nn.LayerNorm([])],
  ["nn.LayerNorm: normalizedShape must be a size, or an array of at least one, each >= 1, got 0", () => new nn.LayerNorm(0)],
  ["nn.LayerNorm: eps must be a finite number >= 0, got -1", () => new nn.LayerNorm(3, { eps: -1 })],
  ["nn.RMSNorm: eps must be a finite number >= 0, got NaN", () => new nn.RMSNorm(3, { eps: Number.NaN })],
  ["nn.LayerNorm: bias must be true or false, got 1", () => new nn.LayerNorm(3, { bias: 1 as never })],
  ['nn.RMSNorm: option must be one of eps, elementwiseAffine, got "bias"', () => new nn.RMSNorm(3, { bias: false } as never)],
  ["LayerNorm.forward: input must be [*, 4], got [2, 3]", () => new nn.LayerNorm(4).forward(zeros([2, 3]))],
  ["LayerNorm.forward: input must be [*, 2, 4], got [4]", () => new nn.LayerNorm([2, 4]).forward(zeros([4]))],
  ["RMSNorm.forward: input must be a tensor or a PackedSequence, got null", () => new nn.RMSNorm(4).forward(null as never)],
  [
    "RMSNorm.forward: input must be a float32 tensor, got an int32 tensor [4]",
    () => new nn.RMSNorm(4).forward(zeros([4], { dtype: "int32" })),
  ],
  ["nn.functional.layerNorm: weight must be [4], got [3]", () => F.layerNorm(zeros([2, 4]), 4, zeros([3]))],
  ["nn.functional.layerNorm: bias must be [4], got [1, 4]", () => F.layerNorm(zeros([2, 4]), 4, null, zeros([1, 4]))],
  ["nn.functional.rmsNorm: input must be a tensor, got 3", () => F.rmsNorm(3 as never, 4)],
])("%s", (message, call) => {
  const before = F.layerNorm(sample([2, 4], 1), 4).data;
  expect(call).toThrow(message);
  expect(F.layerNorm(sample([2, 4], 1), 4).data, "the next call gives the same bits").toEqual(before);
});
