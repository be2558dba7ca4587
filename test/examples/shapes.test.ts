import { beforeAll, expect, test } from "vitest";
import { buildPackage, figures, runExample } from "../support/example.js";

beforeAll(buildPackage, 300_000);

test("every shape is what PyTorch documents, and all that is said of the values holds", () => {
  const { shapes, checks } = figures<{ shapes: Record<string, number[]>; checks: Record<string, boolean> }>("shapes");
  expect(shapes).toEqual({
    weight_ih_l0: [4, 5],
    weight_hh_l0: [4, 4],
    bias_ih_l0: [4],
    bias_hh_l0: [4],
    input: [7, 3, 5],
    output: [7, 3, 4],
    hn: [1, 3, 4],
    "stacked weight_ih_l1": [4, 4],
    "stacked output": [7, 3, 4],
    "stacked hn": [2, 3, 4],
    "batch first input": [3, 7, 5],
    "batch first output": [3, 7, 4],
    "batch first hn": [1, 3, 4],
    "bidirectional output": [7, 3, 8],
    "bidirectional hn": [2, 3, 4],
    "unbatched output": [7, 4],
    "unbatched hn": [1, 4],
    "packed output.data": [14, 4],
    "packed hn": [1, 3, 4],
  });
  expect(Object.entries(checks).filter(([, holds]) => !holds)).toEqual([]);
  expect(Object.keys(checks)).toHaveLength(10);
});

test("it says the shapes, and no ✗", () => {
  const { status, stdout, stderr } = runExample("shapes", "--seed", "3");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^ {2}stacked hn +\[2, 3, 4\] +\[L, N, H\]: of each layer$/m);
  expect(stdout).toMatch(/^seed 3, simd128, [\d.]+ s of the processor's time$/m);
  expect(stdout).not.toContain("✗");
});
