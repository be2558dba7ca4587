import { nn, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { byMagnitude, expectClose, expectValues, golden, type Plain, toTensor } from "../../support/golden.js";

interface ClipCase {
  readonly normType: string;
  readonly maxNorm: number;
  readonly grads: Plain[];
  readonly norm: number;
  readonly clipped: Plain[];
}

const { clipGradNorm_, clipGradValue_ } = nn.utils;

/** Parameters, or other leaves, of these gradients. */
const kinds = {
  parameters: (grad: Plain) => new nn.Parameter(zeros(grad.shape)),
  tensors: (grad: Plain) => zeros(grad.shape, { requiresGrad: true }),
};

describe.each(["parameters", "tensors"] as const)("gradients of %s", (kind) => {
  const leaves = (grads: readonly Plain[]) =>
    grads.map((grad) => {
      const leaf = kinds[kind](grad);
      leaf.grad = toTensor(grad);
      return leaf;
    });
  const flat = (...values: number[]) => leaves([{ shape: [values.length], data: values }]);

  test.each(golden<ClipCase>("clip"))("are clipped as by PyTorch: norm $normType, at most $maxNorm", (expected) => {
    const params = leaves(expected.grads);
    const normType = expected.normType === "inf" ? Number.POSITIVE_INFINITY : Number(expected.normType);
    const norm = clipGradNorm_(params, expected.maxNorm, { normType });
    expectValues("the norm", [norm], [expected.norm], byMagnitude);
    for (const [index, param] of params.entries()) expectClose(`gradient ${index}`, param.grad, expected.clipped[index]!, byMagnitude);
  });

  test("any order of the norm", () => {
    const params = flat(3, -4);
    expect(clipGradNorm_(params, Number.POSITIVE_INFINITY, { normType: 3 })).toBeCloseTo(91 ** (1 / 3), 12);
    expect(params[0]!.grad!.toArray()).toEqual([3, -4]);
  });

  test("1e-6 is added to the norm, as in PyTorch", () => {
    const params = flat(1e-6);
    clipGradNorm_(params, 1e-7);
    expectValues("the gradient", params[0]!.grad!.data, [5e-8], () => 1e-13);
  });

  test("squares that floats cannot hold still make a norm, which PyTorch has not", () => {
    const params = flat(3e30, -4e30);
    expect(clipGradNorm_(params, 1) / 5e30).toBeCloseTo(1, 6);
    expectValues("the gradient", params[0]!.grad!.data, [0.6, -0.8], () => 1e-6);
  });

  test("one tensor instead of a list, and leaves without a gradient", () => {
    const [param] = flat(3, 4);
    expect(clipGradNorm_(param!, 1)).toBe(5);
    expectValues("the gradient", param!.grad!.data, [0.6, 0.8], () => 1e-6);
    expect(clipGradNorm_([zeros([2], { requiresGrad: true }), new nn.Parameter(zeros([2]))], 1)).toBe(0);
    expect(clipGradNorm_([], 1, { normType: Number.POSITIVE_INFINITY })).toBe(0);
  });

  test("a norm that is not finite is an error only if asked for, and shows in the gradients", () => {
    const params = flat(Number.NaN, 1);
    expect(() => clipGradNorm_(params, 1, { errorIfNonfinite: true })).toThrow(
      "nn.utils.clipGradNorm_: the total norm of order 2 of the gradients must be finite, got NaN; " +
        "without errorIfNonfinite they are scaled all the same",
    );
    expect(params[0]!.grad!.toArray()).toEqual([Number.NaN, 1]);
    expect(clipGradNorm_([...flat(2), ...params, ...flat(3)], 1, { normType: Number.POSITIVE_INFINITY })).toBeNaN();
    expect(params[0]!.grad!.toArray()).toEqual([Number.NaN, Number.NaN]);
  });

  test.each<[string, (params: ReturnType<typeof leaves>) => number]>([
    ["clipGradNorm_", (params) => clipGradNorm_(params, 1)],
    ["clipGradValue_", (params) => clipGradValue_(params, 1)],
  ])("a graph that saved a gradient refuses backward after %s, as in PyTorch", (_, clip) => {
    const params = flat(3, 4);
    const w = tensor([1, 1], { requiresGrad: true });
    const y = params[0]!.grad!.mul(w).sum();
    clip(params);
    expect(() => y.backward()).toThrow("the values that mul needs must be as they were");
  });

  test("values are moved into the bounds", () => {
    const params = flat(-3, 0.25, 2);
    expect(clipGradValue_(params, 0.5)).toBe(3);
    expect(params[0]!.grad!.toArray()).toEqual([-0.5, 0.25, 0.5]);
  });
});

test("wrong arguments", () => {
  const param = new nn.Parameter(tensor([1]));
  expect(() => clipGradNorm_(param, Number.NaN)).toThrow("nn.utils.clipGradNorm_: maxNorm must be a number >= 0, got NaN");
  expect(() => clipGradNorm_(param, -1)).toThrow("nn.utils.clipGradNorm_: maxNorm must be a number >= 0, got -1");
  expect(() => clipGradNorm_(param, 1, { normType: 0 })).toThrow("nn.utils.clipGradNorm_: normType must be a finite number > 0, got 0");
  expect(() => clipGradNorm_(param, 1, { errorIfNonfinite: 1 as unknown as boolean })).toThrow(
    "nn.utils.clipGradNorm_: errorIfNonfinite must be true or false, got 1",
  );
  expect(() => clipGradNorm_(new nn.ReLU() as never, 1)).toThrow(
    "nn.utils.clipGradNorm_: parameters must be a tensor or an iterable of tensors, got an object; pass model.parameters()",
  );
  expect(() => clipGradNorm_([3] as never, 1)).toThrow(
    "nn.utils.clipGradNorm_: parameters must be a tensor or an iterable of tensors, got one with 3",
  );
  expect(() => clipGradValue_(param, -1)).toThrow("nn.utils.clipGradValue_: clipValue must be a number >= 0, got -1");
});
