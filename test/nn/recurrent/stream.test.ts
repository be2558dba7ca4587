import { manualSeed, nn, noGrad, randn, type Tensor, tensor } from "unrolled";
import { beforeEach, expect, test } from "vitest";
import { garbageOf } from "./collections.js";

beforeEach(() => void manualSeed(0));

const floats = (tensor: Tensor) => tensor.data as Float32Array;

/** All steps of `input` `[T, N, I]` through a stream. */
function throughStream(stream: { step(x: Float32Array): Float32Array }, input: Tensor): number[] {
  return input.unbind(0).flatMap((x) => [...stream.step(floats(x))]);
}

test.each([
  { name: "LSTM", module: () => new nn.LSTM(5, 9, { numLayers: 2 }) },
  { name: "LSTM with projection", module: () => new nn.LSTM(5, 9, { numLayers: 2, projSize: 4 }) },
  { name: "GRU", module: () => new nn.GRU(5, 9, { numLayers: 3 }) },
  { name: "RNN", module: () => new nn.RNN(5, 9, { nonlinearity: "relu" }) },
])("step by step gives the bits of the whole sequence: $name", ({ module }) => {
  const rnn = module() as nn.LSTM;
  for (const batch of [1, 3]) {
    const input = randn([7, batch, 5]);
    const [output, state] = rnn.forward(input);
    const stream = rnn.stream({ batch });
    expect(throughStream(stream, input)).toEqual([...output.data]);
    const flat = (each: unknown) => [each].flat().map((tensor) => [...(tensor as Tensor).data]);
    expect(flat(stream.state)).toEqual(flat(state));
  }
});

test("new weights are seen by the next step", () => {
  const gru = new nn.GRU(2, 3);
  const stream = gru.stream();
  const x = new Float32Array([1, 2]);
  const before = [...stream.step(x)];
  noGrad(() => gru.weight_ih_l0.mul_(2));
  stream.reset();
  const after = [...stream.step(x)];
  expect(after).not.toEqual(before);
  expect(after).toEqual([...gru.forward(tensor([[[1, 2]]]))[0].data]);
});

test("the state can be read, set and reset, for some sequences or all", () => {
  const lstm = new nn.LSTM(2, 3, { numLayers: 2 });
  const stream = lstm.stream({ batch: 2 });
  const x = floats(randn([4]));
  const first = [...stream.step(x)];
  const state = stream.state;
  const second = [...stream.step(x)];
  stream.state = state;
  expect([...stream.step(x)]).toEqual(second);
  stream.reset([1]);
  const mixed = [...stream.step(x)];
  expect(mixed.slice(3)).toEqual(first.slice(3));
  expect(mixed.slice(0, 3)).not.toEqual(first.slice(0, 3));
  stream.reset();
  expect([...stream.step(x)]).toEqual(first);
});

test("a step writes where it is told, and else into an array of its own", () => {
  const stream = new nn.RNN(2, 3).stream();
  const out = new Float32Array(3);
  expect(stream.step(new Float32Array(2), out)).toBe(out);
  const own = stream.step(new Float32Array(2));
  expect(stream.step(new Float32Array(2))).toBe(own);
});

test.each(["LSTM", "GRU", "RNN"] as const)("a million steps leave nothing to collect: %s", async (cell) => {
  const stream = new nn[cell](2, 5).stream();
  const [x, out] = [new Float32Array([0.5, -0.5]), new Float32Array(5)];
  const steps = (count: number) => {
    for (let step = 0; step < count; step++) stream.step(x, out);
  };
  // Code that is not optimised yet allocates: until V8 is done.
  for (let round = 0; round < 20 && (await garbageOf(() => steps(50_000))).bytes > 10_000; round++);
  const { collections, bytes } = await garbageOf(() => steps(1_000_000));
  expect(collections).toBe(0);
  // A young generation may hold them all. The smallest object for each step would be 12 MB; V8's own work leaves up to 0.12 MB.
  expect(bytes).toBeLessThan(1_000_000);
});

test("what makes garbage is found out", async () => {
  const kept: number[][] = [[]];
  const { collections } = await garbageOf(() => {
    for (let step = 0; step < 1_000_000; step++) kept[0] = [step];
  });
  expect(collections).toBeGreaterThan(0);
});

test.each([
  {
    call: () => new nn.GRU(2, 3, { bidirectional: true }).stream(),
    message: "GRU.stream: the module must be of one direction, got a bidirectional one",
  },
  { call: () => new nn.GRU(2, 3).stream({ batch: 0 }), message: "GRU.stream: batch must be an integer >= 1, got 0" },
  {
    call: () => new nn.GRU(2, 3).stream().step(new Float32Array(3)),
    message: "GRU.stream.step: x must be a Float32Array of length 2 (batch · inputSize), got one of length 3",
  },
  {
    call: () => new nn.GRU(2, 3).stream().step(new Float32Array(2), new Float32Array(2)),
    message: "GRU.stream.step: out must be a Float32Array of length 3",
  },
  {
    call: () => new nn.GRU(2, 3).stream({ batch: 2 }).reset([2]),
    message: "GRU.stream.reset: an index must be an integer in [0, 1], got 2",
  },
])("$message", ({ call, message }) => {
  expect(call).toThrow(message);
});
