import { io, nn } from "unrolled";
import { describe, expect, test } from "vitest";
import { fromUnrolled } from "../../scripts/fixtures/from-unrolled.mjs";
import { fixture } from "./files.js";
import { expectRun } from "./run.js";

const { load } = io.safetensors;

describe("the state dict of a module of PyTorch, loaded, gives what it gave there", () => {
  const modules: [string, () => nn.RNN | nn.GRU | nn.LSTM][] = [
    ["lstm", () => new nn.LSTM(3, 5, { numLayers: 2, bidirectional: true, projSize: 2 })],
    ["lstm-half", () => new nn.LSTM(5, 7)],
    ["gru", () => new nn.GRU(4, 3, { numLayers: 2, batchFirst: true })],
    ["rnn", () => new nn.RNN(2, 6, { nonlinearity: "relu", bias: false, bidirectional: true })],
  ];
  test.each(modules)("%s", (name, create) => {
    const net = create();
    net.loadStateDict(load(fixture(name)));
    expectRun(net, load(fixture(`${name}.run`)), 2e-6);
  });
});

describe("the file that was written here and read by Python", () => {
  const run = load(fixture("from-unrolled.run"));

  test("has the bytes that are written today", () => {
    expect(Buffer.from(fromUnrolled()).equals(fixture("from-unrolled"))).toBe(true);
  });

  test("gives here what it gave there", () => {
    const lstm = new nn.LSTM(3, 5, { numLayers: 2, bidirectional: true, projSize: 2 });
    const { missingKeys, unexpectedKeys } = lstm.loadStateDict(load(fixture("from-unrolled")), { strict: false });
    expect(missingKeys).toEqual([]);
    expect(unexpectedKeys.toSorted()).toEqual(["empty", "naïve 🌍", "scalar", "tokens"]);
    expectRun(lstm, run, 2e-6);
  });
});
