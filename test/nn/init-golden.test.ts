import { manualSeed, nn, rand, type Tensor, zeros } from "unrolled";
import { expect, test } from "vitest";
import { golden, type Plain } from "../support/golden.js";
import { expectClose } from "../tensor/helpers.js";

interface Case {
  /** `name option=value …` */
  readonly call: string;
  readonly seed: number;
  readonly value: Plain;
  /** One uniform number drawn after it. */
  readonly after: Plain;
}

type Fill = (tensor: Tensor, options: object) => Tensor;

/** What the call does to a tensor. */
function parse(call: string): (tensor: Tensor) => Tensor {
  const [name, ...pairs] = call.split(" ");
  const options = pairs.map((pair) => pair.split("=") as [string, string]);
  const fill = nn.init[name as "uniform_"] as Fill;
  return (tensor) =>
    fill(tensor, Object.fromEntries(options.map(([key, text]) => [key, Number.isNaN(Number(text)) ? text : Number(text)])));
}

/** Uniform numbers and constants are exact; what is made of normal ones is near. */
function toleranceOf(call: string): number {
  if (/^orthogonal_/.test(call)) return 1e-5;
  return /uniform|dirac/i.test(call) ? 0 : 3e-6;
}

const cases = golden<Case>("init");

test("every initializer that draws has its cases", () => {
  const names = new Set(cases.map(({ call }) => call.split(" ")[0]));
  const all = Object.keys(nn.init).filter(
    (name) => name.endsWith("_") && !["ones_", "zeros_", "constant_", "eye_", "forgetBias_"].includes(name),
  );
  expect([...names].sort()).toEqual(all.sort());
});

test.each(cases)("manualSeed($seed); $call has PyTorch's values, and draws as often", ({ call, seed, value, after }) => {
  manualSeed(seed);
  const tensor = parse(call)(zeros(value.shape));
  expectClose(tensor, value.data.map(Math.fround), toleranceOf(call), 0);
  expectClose(rand([1]), after.data.map(Math.fround), 0, 0);
});
