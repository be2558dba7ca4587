// An ONNX model of stacked recurrent layers. The numbers of the fields are those of onnx.proto3.

import { message } from "./protobuf.mjs";

const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE_INT = 2;

/** Operator set 14 is the last that changed the recurrent operators before they got another layout. */
const OPERATORS = 14;
const IR_VERSION = 8;

const tensor = (name, type, shape, data) =>
  message(...shape.map((size) => [1, size]), [2, type], [8, name], [9, new Uint8Array(data.buffer)]);

/** A floating-point value that goes in or out, and its shape. */
function valueInfo(name, shape) {
  const dimensions = message(...shape.map((size) => [1, message([1, size])]));
  return message([1, name], [2, message([1, message([1, FLOAT], [2, dimensions])])]);
}

/** An attribute of the node: a whole number. */
const attribute = (name, value) => message([1, name], [3, value], [20, ATTRIBUTE_INT]);

/** An empty name is an input that is left out. */
const node = (type, inputs, outputs, attributes) =>
  message(
    ...inputs.map((name) => [1, name]),
    ...outputs.map((name) => [2, name]),
    [4, type],
    ...Object.entries(attributes).map(([name, value]) => [5, attribute(name, value)]),
  );

/** The names of the states that go in, and of those that come out. */
export const states = (cell) => (cell === "LSTM" ? { in: ["h0", "c0"], out: ["hn", "cn"] } : { in: ["h0"], out: ["hn"] });

/** One layer, and the reshaping of its output `[T, 1, N, H]` to `[T, N, H]`. */
function layerNodes({ cell, hidden }, layer, input, output, initial, final) {
  // PyTorch's GRU applies r after the product with h.
  const attributes = { hidden_size: hidden, ...(cell === "GRU" ? { linear_before_reset: 1 } : {}) };
  const weights = ["W", "R", "B"].map((name) => `${name}${layer}`);
  return [
    node(cell, [input, ...weights, "", ...initial], [`Y${layer}`, ...final], attributes),
    node("Reshape", [`Y${layer}`, "shape"], [output], {}),
  ];
}

/**
 * The bytes of a model with input `x` `[T, N, I]` and output `y` `[T, N, H]`; with initial and final states `[1, N, H]` if `withState`, for one layer.
 *
 * @param {{ cell: "LSTM" | "GRU" | "RNN", gates: number, steps: number, batch: number, input: number, hidden: number, layers: number, withState?: boolean }} net
 * @param {(length: number) => Float32Array} random the weights
 */
export function recurrentModel(net, random) {
  const { cell, gates, steps, batch, input, hidden, layers, withState = false } = net;
  const state = withState ? states(cell) : { in: [], out: [] };
  const stateShape = [1, batch, hidden];
  const nodes = [];
  const constants = [tensor("shape", INT64, [3], BigInt64Array.from([steps, batch, hidden], BigInt))];
  const weight = (name, ...shape) => tensor(name, FLOAT, [1, ...shape], random(shape.reduce((product, size) => product * size, 1)));
  for (let layer = 0; layer < layers; layer++) {
    const [from, to] = [layer === 0 ? "x" : `y${layer - 1}`, layer === layers - 1 ? "y" : `y${layer}`];
    nodes.push(...layerNodes(net, layer, from, to, state.in, withState ? state.out : []));
    constants.push(weight(`W${layer}`, gates * hidden, layer === 0 ? input : hidden));
    constants.push(weight(`R${layer}`, gates * hidden, hidden), weight(`B${layer}`, 2 * gates * hidden));
  }
  const graph = message(
    ...nodes.map((each) => [1, each]),
    [2, cell],
    ...constants.map((each) => [5, each]),
    [11, valueInfo("x", [steps, batch, input])],
    ...state.in.map((name) => [11, valueInfo(name, stateShape)]),
    [12, valueInfo("y", [steps, batch, hidden])],
    ...state.out.map((name) => [12, valueInfo(name, stateShape)]),
  );
  return message([1, IR_VERSION], [7, graph], [8, message([1, ""], [2, OPERATORS])]);
}
