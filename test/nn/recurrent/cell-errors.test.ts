import { nn, ones, type Tensor, tensor } from "unrolled";
import { expect, test } from "vitest";

// biome-ignore lint/suspicious/noExplicitAny: what JavaScript callers may pass
const loose = (value: unknown): any => value;

test.each<[string, () => unknown]>([
  ["nn.RNNCell: inputSize must be an integer >= 1, got 0", () => new nn.RNNCell(0, 4)],
  ["nn.LSTMCell: hiddenSize must be an integer >= 1, got 1.5", () => new nn.LSTMCell(3, 1.5)],
  ["nn.GRUCell: bias must be true or false, got 1", () => new nn.GRUCell(3, 4, { bias: loose(1) })],
  ['nn.RNNCell: nonlinearity must be one of "tanh", "relu", got "gelu"', () => new nn.RNNCell(3, 4, { nonlinearity: loose("gelu") })],
  ['nn.LSTMCell: option must be one of bias, got "projSize"', () => new nn.LSTMCell(3, 4, loose({ projSize: 2 }))],
])("%s", (message, make) => {
  expect(make).toThrow(message);
});

const gru = new nn.GRUCell(3, 4);
const lstm = new nn.LSTMCell(3, 4);
const input = ones([2, 3]);
const state = (...shape: number[]): [Tensor, Tensor] => [ones(shape), ones(shape)];

test.each<[string, () => unknown]>([
  ["GRUCell.forward: input must be [N, 3] or [3], got [2, 2, 3]", () => gru.forward(ones([2, 2, 3]))],
  ["GRUCell.forward: input must be [N, 3] or [3], got []", () => gru.forward(tensor(1))],
  ["LSTMCell.forward: input must be [N, 3] or [3], got [2, 5]", () => lstm.forward(ones([2, 5]))],
  ["GRUCell.forward: the batch must be of at least one row, got [0, 3]", () => gru.forward(ones([0, 3]))],
  ["GRUCell.forward: input must be a tensor, got [1, 2, 3]", () => gru.forward(loose([1, 2, 3]))],
  ["GRUCell.forward: input must be a float32 tensor, got an int32 tensor [3]", () => gru.forward(ones([3], { dtype: "int32" }))],
  ["GRUCell.forward: h must be [2, 4], as the input says, got [3, 4]", () => gru.forward(input, ones([3, 4]))],
  ["GRUCell.forward: h must be [2, 4], as the input says, got [4]", () => gru.forward(input, ones([4]))],
  ["GRUCell.forward: h must be [4], as the input says, got [1, 4]", () => gru.forward(ones([3]), ones([1, 4]))],
  ["GRUCell.forward: h must be a tensor, got 0", () => gru.forward(input, loose(0))],
  ["LSTMCell.forward: state must be [h, c], got a float32 tensor [2, 4]", () => lstm.forward(input, loose(ones([2, 4])))],
  ["LSTMCell.forward: state[0] must be [2, 4], as the input says, got [2, 5]", () => lstm.forward(input, state(2, 5))],
  ["LSTMCell.forward: state[1] must be [2, 4], as the input says, got [2, 1]", () => lstm.forward(input, [ones([2, 4]), ones([2, 1])])],
])("%s", (message, call) => {
  const before = [gru.forward(input).data, lstm.forward(input)[0].data];
  expect(call).toThrow(message);
  expect([gru.forward(input).data, lstm.forward(input)[0].data], "the next call gives the same bits").toEqual(before);
});

test("a parameter that was replaced by something else is refused", () => {
  const cell = new nn.RNNCell(2, 3);
  Object.assign(cell, { weight_hh: ones([3, 2]) });
  expect(() => cell.forward(ones([1, 2]))).toThrow(
    "RNNCell.forward: weight_hh must be a float32 tensor [3, 3], got a float32 tensor [3, 2]",
  );
});
