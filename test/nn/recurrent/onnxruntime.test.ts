// An oracle that is not PyTorch: other code, other layouts, other orders of gates.

import { expect, test } from "vitest";
import { expectClose, golden, type Plain } from "../../support/golden.js";
import { type OnnxNode, runNode } from "../../support/onnx.js";

const nodes = golden<OnnxNode>("onnxruntime").map((node) => {
  const { op, attributes, inputs } = node;
  const given = Object.keys(inputs).filter((name) => /^(sequence_lens|initial_)/.test(name));
  return { name: [op, attributes.hidden_size, attributes.direction, ...given].join(", "), node };
});

test.each(nodes)("ONNX Runtime's $name", ({ node }) => {
  const { Y, Y_h, Y_c } = runNode(node);
  const tolerance = () => 2e-6;
  expectClose("Y", Y, node.outputs.Y, tolerance);
  expectClose("Y_h", Y_h, node.outputs.Y_h, tolerance);
  expect(Y_c === undefined).toBe(node.op !== "LSTM");
  if (Y_c) expectClose("Y_c", Y_c, node.outputs.Y_c as Plain, tolerance);
});

test("the cases cover both directions, and lengths that are not sorted", () => {
  for (const op of ["RNN", "LSTM", "GRU"]) {
    const lengths = nodes.filter(({ node }) => node.op === op).map(({ node }) => node.inputs.sequence_lens?.data ?? []);
    expect(lengths.filter((list) => list.some((length, at) => at > 0 && length > (list[at - 1] as number)))).not.toEqual([]);
    expect(nodes.filter(({ node }) => node.op === op && node.attributes.direction === "bidirectional")).toHaveLength(2);
  }
});
