import { expect, test } from "vitest";
import { CASES, flops } from "../../bench/cases.mjs";

const sizes = { name: "any", steps: 5, batch: 3, input: 2, hidden: 7, layers: 1 };

/** Products of `[rows, k]` with `[k, columns]`, counted one by one: a multiplication and an addition for each term. */
const product = (rows: number, columns: number, k: number): number => 2 * rows * columns * k;

test("forward counts the products with the input and with h", () => {
  const rows = 5 * 3;
  expect(flops(sizes, "LSTM", "forward")).toBe(product(rows, 4 * 7, 2) + product(rows, 4 * 7, 7));
  expect(flops(sizes, "RNN", "forward")).toBe(product(rows, 7, 2) + product(rows, 7, 7));
});

test("a training step adds both gradients of weights and that of h, and of the input only above the first layer", () => {
  const rows = 5 * 3;
  const gates = 3 * 7;
  const recurrent = product(rows, gates, 7) + product(7, gates, rows) + product(rows, 7, gates);
  const first = product(rows, gates, 2) + product(2, gates, rows) + recurrent;
  const second = product(rows, gates, 7) + product(7, gates, rows) + product(rows, 7, gates) + recurrent;
  expect(flops(sizes, "GRU", "train")).toBe(first);
  expect(flops({ ...sizes, layers: 2 }, "GRU", "train")).toBe(first + second);
});

test("the cases are those that were agreed", () => {
  const numbers = CASES.map(({ name, steps, batch, input, hidden, layers }) => `${name} ${[steps, batch, input, hidden, layers]}`);
  expect(numbers).toEqual([
    "tiny 1,4,1,2,1",
    "series 50,32,8,64,1",
    "chars 64,32,64,128,1",
    "chars2 128,32,128,256,2",
    "long 128,1,128,256,1",
    "big 100,64,512,512,1",
    "stream 1,1,64,128,1",
    "device 150,1,256,256,1",
  ]);
});
