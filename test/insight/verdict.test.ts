import { manualSeed, nn, randn, type Tensor } from "unrolled";
import { bpttReport, type Verdict } from "unrolled/insight";
import { describe, expect, test } from "vitest";
import { type Cell, finalState, gradientsOfStates, type Net } from "../support/bptt.js";

const I = 4;
const N = 2;

type Recurrent = nn.RNN | nn.LSTM | nn.GRU;

interface Kind {
  readonly name: string;
  readonly cell: Cell;
  readonly make: (hidden: number) => Recurrent;
}

/** A plain RNN, after something was done to W_hh. */
function rnn(nonlinearity: "tanh" | "relu", change: (weight: Tensor) => unknown): Kind["make"] {
  return (hidden) => {
    const module = new nn.RNN(I, hidden, { nonlinearity });
    change(module.weight_hh_l0);
    return module;
  };
}

const scale = (factor: number) => (weight: Tensor) => {
  for (const [at, value] of weight.storage.values().entries()) weight.storage.values()[at] = value * factor;
  weight.storage.version++;
};

const kinds: Kind[] = [
  ...[0.5, 1, 5].map((factor): Kind => ({ name: `tanh, W_hh × ${factor}`, cell: "tanh", make: rnn("tanh", scale(factor)) })),
  { name: "relu, W_hh the identity", cell: "relu", make: rnn("relu", nn.init.eye_) },
  { name: "relu, W_hh orthogonal", cell: "relu", make: rnn("relu", nn.init.orthogonal_) },
  ...[0, 1, 3, 5].map((bias): Kind => {
    return { name: `LSTM, forget bias ${bias}`, cell: "lstm", make: (hidden) => nn.init.forgetBias_(new nn.LSTM(I, hidden), bias) };
  }),
  { name: "GRU", cell: "gru", make: (hidden) => new nn.GRU(I, hidden) },
];

function netOf(module: Recurrent, cell: Cell): Net {
  const values = (tensor: Tensor | undefined) => Float64Array.from(tensor!.data);
  return {
    ...{ cell, hidden: module.hiddenSize, ih: values(module.weight_ih_l0), hh: values(module.weight_hh_l0) },
    ...{ biasIh: values(module.bias_ih_l0), biasHh: values(module.bias_hh_l0) },
  };
}

function sequences(x: Tensor): Float64Array[][] {
  return Array.from({ length: N }, (_, n) =>
    Array.from({ length: x.shape[0]! }, (_, t) => Float64Array.from(x.select(0, t).select(0, n).data)),
  );
}

/** ‖∂L/∂h‖ at the first step, divided by that at the last, for a loss of the last step. */
function trueRatio(net: Net, x: Tensor, upstream: Tensor): number {
  let [first, last] = [0, 0];
  for (const [n, sequence] of sequences(x).entries()) {
    const gradients = gradientsOfStates(net, sequence, Float64Array.from(upstream.select(0, n).data));
    for (const value of gradients[1]!) first += value ** 2;
    for (const value of gradients.at(-1)!) last += value ** 2;
  }
  return Math.sqrt(first / last);
}

const kindOf = (ratio: number): Verdict["kind"] => (ratio < 1e-6 ? "vanishing" : ratio > 1e3 ? "exploding" : "steady");

/** The verdict on a network, and the truth. The loss is of all steps. */
function judge({ cell, make }: Kind, hidden: number, steps: number, seed: number): { verdict: Verdict; truth: number } {
  manualSeed(seed);
  const module = make(hidden);
  const x = randn([steps, N, I]);
  const upstream = randn([steps, N, hidden]);
  const report = bpttReport(module, () => (module as nn.GRU).forward(x)[0].mul(upstream).sum());
  return { verdict: report.layers[0]!.verdict, truth: trueRatio(netOf(module, cell), x, upstream.select(0, steps - 1)) };
}

describe("the reference in float64", () => {
  test.each(kinds)("has the slopes of its own forward: $name", ({ cell, make }) => {
    manualSeed(1);
    const net = netOf(make(7), cell);
    const sequence = sequences(randn([6, N, I]))[0]!;
    const upstream = Float64Array.from(randn([7]).data);
    const loss = (h0: Float64Array) =>
      finalState(net, sequence, h0)
        .at(-1)!
        .h.reduce((sum, h, unit) => sum + h * upstream[unit]!, 0);
    const [gradient] = gradientsOfStates(net, sequence, upstream);
    for (let unit = 0; unit < 7; unit++) {
      const moved = (by: number) => loss(Float64Array.from({ length: 7 }, (_, other) => (other === unit ? by : 0)));
      expect(gradient![unit]).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 7);
    }
  });
});

/** UNROLLED_VERDICTS=all for all sizes and seeds, which takes minutes. */
const all = process.env["UNROLLED_VERDICTS"] === "all";
const sample = {
  hidden: all ? [32, 64, 128] : [32],
  steps: all ? [20, 50, 100, 200, 400] : [20, 100, 200],
  seeds: all ? [0, 1, 2, 3, 4] : [0, 1],
};

test(
  "is right for untrained networks, by the norms of the reference, and cries wolf for none",
  () => {
    let [right, count] = [0, 0];
    const wrong: string[] = [];
    const tally = new Map<string, number>();
    for (const kind of kinds) {
      for (const hidden of sample.hidden) {
        for (const steps of sample.steps) {
          for (const seed of sample.seeds) {
            const { verdict, truth } = judge(kind, hidden, steps, seed);
            const expected = kindOf(truth);
            count++;
            if (verdict.kind === expected) right++;
            else wrong.push(`${kind.name}, H ${hidden}, T ${steps}, seed ${seed}: ${verdict.kind} (${verdict.ratio}), truth ${truth}`);
            const key = `${kind.name}: ${expected}`;
            tally.set(key, (tally.get(key) ?? 0) + 1);
            if (verdict.kind === "exploding") expect(truth, wrong.at(-1)).toBeGreaterThan(1e3);
          }
        }
      }
    }
    if (all)
      console.log(`${right} of ${count} verdicts are right\n${[...tally].map((each) => each.join(" ")).join("\n")}\n${wrong.join("\n")}`);
    expect(right / count, wrong.join("\n")).toBeGreaterThanOrEqual(0.95);
    // All three kinds are among them.
    for (const kind of ["vanishing", "exploding", "steady"])
      expect(
        [...tally.keys()].some((key) => key.endsWith(kind)),
        kind,
      ).toBe(true);
  },
  all ? 1_800_000 : 60_000,
);
