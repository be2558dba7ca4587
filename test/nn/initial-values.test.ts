import { manualSeed, nn } from "unrolled";
import { expect, test } from "vitest";
import { expectClose, golden, type Plain } from "../support/golden.js";

interface ModuleCase {
  readonly seed: number;
  readonly call: string;
  readonly params?: Record<string, Plain>;
}

const modules: Record<string, () => nn.Module> = {
  "nn.Linear(7,3)": () => new nn.Linear(7, 3),
  "nn.Embedding(6,4)": () => new nn.Embedding(6, 4),
};

const cases = golden<ModuleCase>("random").filter(({ call }) => call in modules);

test("the golden file has seeds for both modules", () => {
  expect(cases.length).toBeGreaterThanOrEqual(8);
});

test.each(cases)("manualSeed($seed); new $call has PyTorch's initial values", ({ seed, call, params }) => {
  manualSeed(seed);
  const state = modules[call]!().stateDict();
  expect(Object.keys(state)).toEqual(Object.keys(params!));
  for (const [name, value] of Object.entries(state)) {
    // Floats are written with 10 digits; normal numbers are within 1.5e-6.
    const exact = call.startsWith("nn.Linear");
    const expected = exact ? { ...params![name]!, data: params![name]!.data.map(Math.fround) } : params![name]!;
    expectClose(name, value, expected, () => (exact ? 0 : 1.5e-6));
  }
});
