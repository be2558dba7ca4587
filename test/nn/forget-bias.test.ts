import { nn, randn } from "unrolled";
import { expect, test } from "vitest";

const { forgetBias_ } = nn.init;

/** All biases by name. */
const biasesOf = (module: nn.Module) => {
  return Object.fromEntries(module.namedParameters().flatMap(([name, bias]) => (name.startsWith("bias") ? [[name, [...bias.data]]] : [])));
};

test.each<[string, () => nn.LSTM | nn.LSTMCell, number]>([
  ["LSTM of two layers and directions", () => new nn.LSTM(3, 5, { numLayers: 2, bidirectional: true }), 8],
  ["LSTM with a projection", () => new nn.LSTM(3, 5, { projSize: 2 }), 2],
  ["LSTMCell", () => new nn.LSTMCell(3, 5), 2],
])("%s: both biases of the forget gate make the value, all others stay", (_, make, count) => {
  const lstm = make();
  const before = biasesOf(lstm);
  expect(forgetBias_(lstm, 1.5)).toBe(lstm);
  const after = biasesOf(lstm);
  expect(Object.keys(after)).toHaveLength(count);
  for (const [name, values] of Object.entries(after)) {
    const expected = before[name]!.map((value, row) => (row < 5 || row >= 10 ? value : name.startsWith("bias_ih") ? 1.5 : 0));
    expect(values, name).toEqual(expected);
  }
});

test("the next forward pass sees it, and a graph of before is refused", () => {
  const lstm = new nn.LSTM(3, 5);
  const x = randn([4, 2, 3]);
  const [before] = lstm.forward(x);
  forgetBias_(lstm, 3);
  expect(lstm.forward(x)[0].data).not.toEqual(before.data);
  expect(() => before.sum().backward()).toThrow("the values that LSTM needs must be as they were");
});

test.each<[string, () => unknown]>([
  ["nn.init.forgetBias_: lstm must be an LSTM or an LSTMCell, got an object", () => forgetBias_(new nn.GRU(3, 5) as never, 1)],
  ["nn.init.forgetBias_: lstm must be made with biases, got one without", () => forgetBias_(new nn.LSTM(3, 5, { bias: false }), 1)],
  ["nn.init.forgetBias_: value must be a finite number, got NaN", () => forgetBias_(new nn.LSTMCell(3, 5), Number.NaN)],
])("%s", (message, call) => {
  expect(call).toThrow(message);
});
