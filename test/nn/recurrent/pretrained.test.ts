// Models that PyTorch has trained, loaded as their owners saved them, over 300 steps in every way in which they can be run.

import { io, nn, noGrad, type Tensor } from "unrolled";
import { expect, test } from "vitest";
import { fixture } from "../../io/files.js";
import { expectRun } from "../../io/run.js";

const TOLERANCE = 1e-5;

/** As PyTorch's `Forecaster` in scripts/fixtures/pretrained.py, in one more module, as trainers wrap them. */
class Wrapped extends nn.Module {
  readonly model: nn.ModuleDict;

  constructor(rnn: nn.Module) {
    super();
    this.model = new nn.ModuleDict({ rnn });
  }
}

interface Pretrained {
  readonly name: string;
  readonly create: () => nn.LSTM | nn.GRU;
  readonly prefix: string;
  readonly extra: readonly string[];
}

const MODELS: readonly Pretrained[] = [
  {
    name: "lstm",
    create: () => new nn.LSTM(3, 21, { numLayers: 2, batchFirst: true }),
    prefix: "model.rnn.",
    extra: ["epoch", "model.head.bias", "model.head.weight"],
  },
  {
    name: "gru",
    create: () => new nn.GRU(5, 19, { numLayers: 2, batchFirst: true }),
    prefix: "",
    extra: ["norm.num_batches_tracked"],
  },
];

function load({ name, create, prefix }: Pretrained): { net: nn.LSTM | nn.GRU; run: Record<string, Tensor> } {
  const net = create();
  const dict = io.safetensors.load(fixture(`pretrained-${name}`));
  const own = Object.entries(dict).map(([key, value]): [string, Tensor] => [
    key.startsWith(prefix) ? key.slice(prefix.length) : key,
    value,
  ]);
  net.loadStateDict(Object.fromEntries(own), { strict: false });
  return { net, run: io.safetensors.load(fixture(`pretrained-${name}.run`)) };
}

function expectClose(what: string, actual: Tensor, expected: Tensor | undefined): void {
  expect(actual.shape, what).toEqual(expected?.shape);
  expect(
    actual
      .sub(expected as Tensor)
      .abs()
      .max()
      .item(),
    what,
  ).toBeLessThan(TOLERANCE);
}

/** The input of each step, `[N, 1, I]`. */
function steps(input: Tensor): Tensor[] {
  expect(input.shape[1]).toBe(300);
  return input.split(1, { dim: 1 });
}

test.each(MODELS)("$name: keys that are not the module's are reported, and refused if it is strict", ({ name, create, prefix, extra }) => {
  const dict = io.safetensors.load(fixture(`pretrained-${name}`));
  const net = prefix === "" ? create() : new Wrapped(create());
  const { missingKeys, unexpectedKeys } = net.loadStateDict(dict, { strict: false });
  expect(missingKeys).toEqual([]);
  expect(unexpectedKeys.toSorted()).toEqual(extra);
  expect(() => net.loadStateDict(dict)).toThrow(`Unexpected key(s) in state_dict: `);
});

test("keys with a prefix are loaded by a module that has it", () => {
  const lstm = (MODELS[0] as Pretrained).create();
  new Wrapped(lstm).loadStateDict(io.safetensors.load(fixture("pretrained-lstm")), { strict: false });
  expectRun(lstm, io.safetensors.load(fixture("pretrained-lstm.run")), TOLERANCE);
});

test.each(MODELS)("$name: the whole sequence", (model) => {
  const { net, run } = load(model);
  expectRun(net, run, TOLERANCE);
});

test.each(MODELS)("$name: step by step, the state carried on", (model) => {
  const { net, run } = load(model);
  const forward = net.forward.bind(net) as (input: Tensor, state: unknown) => [Tensor, Tensor | [Tensor, Tensor]];
  let state: Tensor | [Tensor, Tensor] | undefined;
  for (const [t, x] of steps(run["input"] as Tensor).entries()) {
    const [output, next] = noGrad(() => forward(x, state));
    expectClose(`step ${t}`, output.squeeze(1), run["output"]?.select(1, t));
    state = next;
  }
  const [hn, cn] = [state].flat() as [Tensor, Tensor?];
  expectClose("hn", hn, run["hn"]);
  if (cn) expectClose("cn", cn, run["cn"]);
});

/** The layers as cells, with the weights of each. */
function cells(net: nn.LSTM | nn.GRU): (nn.LSTMCell | nn.GRUCell)[] {
  return Array.from({ length: net.numLayers }, (_, layer) => {
    const inputSize = layer === 0 ? net.inputSize : net.hiddenSize;
    const cell = net instanceof nn.LSTM ? new nn.LSTMCell(inputSize, net.hiddenSize) : new nn.GRUCell(inputSize, net.hiddenSize);
    const own = Object.entries(net.stateDict()).filter(([key]) => key.endsWith(`_l${layer}`));
    cell.loadStateDict(Object.fromEntries(own.map(([key, value]) => [key.slice(0, key.lastIndexOf("_")), value])));
    return cell;
  });
}

test.each(MODELS)("$name: cell by cell", (model) => {
  const { net, run } = load(model);
  const layers = cells(net);
  const states: (Tensor | nn.LSTMState | undefined)[] = layers.map(() => undefined);
  const hiddenOf = (state: Tensor | nn.LSTMState): Tensor => [state].flat()[0] as Tensor;
  for (const [t, input] of steps(run["input"] as Tensor).entries()) {
    let x = input.squeeze(1);
    for (const [layer, cell] of layers.entries()) {
      const forward = cell.forward.bind(cell) as (input: Tensor, state: unknown) => Tensor | nn.LSTMState;
      const state = noGrad(() => forward(x, states[layer]));
      states[layer] = state;
      x = hiddenOf(state);
    }
    expectClose(`step ${t}`, x, run["output"]?.select(1, t));
  }
  for (const [layer, state] of states.entries()) {
    const [h, c] = [state].flat() as [Tensor, Tensor?];
    expectClose(`hn of layer ${layer}`, h, run["hn"]?.select(0, layer));
    if (c) expectClose(`cn of layer ${layer}`, c, run["cn"]?.select(0, layer));
  }
});

test.each(MODELS)("$name: as a stream", (model) => {
  const { net, run } = load(model);
  const stream = net.stream({ batch: 2 });
  for (const [t, x] of steps(run["input"] as Tensor).entries()) {
    const expected = run["output"]?.select(1, t).data as Float32Array;
    const actual = stream.step(x.data as Float32Array);
    const worst = Math.max(...expected.map((value, at) => Math.abs(value - (actual[at] as number))));
    expect(worst, `step ${t}`).toBeLessThan(TOLERANCE);
  }
  const [hn, cn] = [stream.state].flat() as [Tensor, Tensor?];
  expectClose("hn", hn, run["hn"]);
  if (cn) expectClose("cn", cn, run["cn"]);
});
