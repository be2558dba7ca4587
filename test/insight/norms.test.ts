import { manualSeed, nn, randn, type Tensor } from "unrolled";
import { type BpttReport, bpttReport } from "unrolled/insight";
import { describe, expect, test } from "vitest";
import { type Kept, normsOf, type Recurrent, unroll } from "./unrolled.js";

const [T, N, I, H] = [11, 3, 5, 7];
const { packPaddedSequence } = nn.utils.rnn;

function expectWithin(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-5): void {
  expect(actual).toHaveLength(expected.length);
  for (const [t, value] of expected.entries()) {
    expect(Math.abs(actual[t]! - value), `step ${t}: ${actual[t]}, ${value}`).toBeLessThanOrEqual(tolerance * value);
  }
}

const modules: [string, (options: nn.RNNOptions) => Recurrent][] = [
  ["RNN", (options) => new nn.RNN(I, H, options)],
  ["RNN of relu", (options) => new nn.RNN(I, H, { ...options, nonlinearity: "relu" })],
  ["LSTM", (options) => new nn.LSTM(I, H, options)],
  ["GRU", (options) => new nn.GRU(I, H, options)],
];
const layouts = [
  { lengths: null, batchFirst: false },
  { lengths: null, batchFirst: true },
  { lengths: [4, 11, 9], batchFirst: false },
];
const sizes = [{ numLayers: 2, bidirectional: true }, { numLayers: 2 }, {}, { numLayers: 2, bidirectional: true, checkpointEvery: 3 }];
const cases = modules.flatMap(([name, make]) => layouts.flatMap((layout) => sizes.map((options) => ({ name, make, layout, options }))));

describe.each(cases)("the norms of $name, $layout, $options", ({ make, layout, options }) => {
  const { lengths, batchFirst } = layout;

  function setUp(): { module: Recurrent; x: Tensor; upstream: Tensor } {
    manualSeed(3);
    const module = make({ ...options, batchFirst });
    return { module, x: randn([T, N, I]), upstream: randn([T, N, H * (module.bidirectional ? 2 : 1)]) };
  }

  /** The loss over the sum of those terms of which `term` gives something, in a loop over the steps. */
  function looped({ module, x }: ReturnType<typeof setUp>, term: (output: Tensor, t: number, n: number) => Tensor | undefined): Kept[] {
    const kept: Kept[] = [];
    const terms: Tensor[] = [];
    for (let n = 0; n < N; n++) {
      const sequence = Array.from({ length: lengths?.[n] ?? T }, (_, t) => x.select(1, n).narrow(0, t, 1));
      for (const [t, output] of unroll(module, sequence, kept).entries()) terms.push(...[term(output, t, n) ?? []].flat());
    }
    terms.reduce((a, b) => a.add(b)).backward();
    module.zeroGrad();
    return kept;
  }

  function reported({ module, x, upstream }: ReturnType<typeof setUp>): BpttReport {
    const swap = (y: Tensor) => (batchFirst ? y.transpose(0, 1) : y);
    return bpttReport(module, () => {
      if (lengths === null) return (module as nn.GRU).forward(swap(x))[0].mul(swap(upstream)).sum();
      const packed = packPaddedSequence(x, lengths, { enforceSorted: false });
      const [output] = (module as nn.GRU).forward(packed);
      return nn.utils.rnn.padPackedSequence(output)[0].mul(upstream).sum();
    });
  }

  test("are those of gradients that every state of a loop over steps keeps", () => {
    const all = setUp();
    const { module, upstream } = all;
    const kept = looped(all, (output, t, n) => output.mul(upstream.select(1, n).narrow(0, t, 1)).sum());
    const report = reported(all);
    const runs = module.numLayers * (module.bidirectional ? 2 : 1);
    const [h, c] = [normsOf(kept, runs, T, "h"), normsOf(kept, runs, T, "c")];
    expect(report.layers).toHaveLength(runs);
    for (const [run, layer] of report.layers.entries()) {
      expectWithin(layer.h, h[run]!);
      if (module instanceof nn.LSTM) expectWithin(layer.c!, c[run]!);
      else expect(layer.c).toBeNull();
      expect([layer.steps, layer.batch, layer.call]).toEqual([T, N, 0]);
    }
  });

  test("from the last step alone are those of a loss of a direction's last step of the longest sequences", () => {
    const all = setUp();
    const report = reported(all);
    const count = all.module.bidirectional ? 2 : 1;
    for (let direction = 0; direction < count; direction++) {
      const last = direction === 0 ? T - 1 : 0;
      const kept = looped(all, (output, t, n) => {
        if (t !== last || (lengths?.[n] ?? T) < T) return undefined;
        const own = (y: Tensor) => y.narrow(1, direction * H, H);
        return own(output)
          .mul(own(all.upstream.select(1, n).narrow(0, t, 1)))
          .sum();
      });
      const norms = normsOf(kept, report.layers.length, T, "h");
      for (let run = direction; run < report.layers.length; run += count) {
        const { fromLastStep, verdict } = report.layers[run]!;
        const expected = norms[run]!.map((norm) => norm / norms[run]![last]!);
        expectWithin(fromLastStep!, expected, 2e-5);
        expect(verdict.ratio).toBe(fromLastStep![T - 1 - last]);
      }
    }
  });
});

describe("a loop over a cell", () => {
  const pairs: [string, () => [Recurrent, nn.RNNCell | nn.LSTMCell | nn.GRUCell]][] = [
    ["RNN", () => [new nn.RNN(I, H), new nn.RNNCell(I, H)]],
    ["LSTM", () => [new nn.LSTM(I, H), new nn.LSTMCell(I, H)]],
    ["GRU", () => [new nn.GRU(I, H), new nn.GRUCell(I, H)]],
  ];
  test.each(pairs)("is one axis of time, with the norms of the whole sequence: %s", (_, make) => {
    manualSeed(4);
    const [module, cell] = make();
    const names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] as const;
    cell.loadStateDict(Object.fromEntries(names.map((name) => [name, module[`${name}_l0`] as Tensor])));
    const x = randn([T, N, I]);
    const upstream = randn([T, N, H]);
    const whole = bpttReport(module, () => (module as nn.GRU).forward(x)[0].mul(upstream).sum());
    const states: Tensor[] = [];
    const looped = bpttReport(cell, () => {
      let state: Tensor | readonly Tensor[] | undefined;
      const terms = Array.from({ length: T }, (_, t) => {
        state = (cell as nn.GRUCell).forward(x.select(0, t), state as Tensor) as Tensor | readonly Tensor[];
        const h = (Array.isArray(state) ? state[0] : state) as Tensor;
        h.retainGrad();
        states.push(h);
        return h.mul(upstream.select(0, t)).sum();
      });
      return terms.reduce((a, b) => a.add(b));
    });
    expect(looped.layers).toHaveLength(1);
    const [one, other] = [whole.layers[0]!, looped.layers[0]!];
    expectWithin(other.h, [...one.h]);
    expectWithin(other.fromLastStep!, [...one.fromLastStep!]);
    if (one.c !== null) expectWithin(other.c!, [...one.c]);
    // What a program has retained is the gradient of the loss, not of what was sent back after it.
    expectWithin(
      states.map(({ grad }) => grad!.norm().item()),
      [...one.h],
    );
    expect(other.gates.map(({ gate }) => gate)).toEqual(one.gates.map(({ gate }) => gate));
    for (const [index, gate] of other.gates.entries()) {
      expect(gate.mean).toBeCloseTo(one.gates[index]!.mean, 6);
      expect(gate.gradient! / one.gates[index]!.gradient!).toBeCloseTo(1, 5);
    }
    expect(other.verdict.ratio / one.verdict.ratio).toBeCloseTo(1, 4);
    expect(other.verdict.kind).toBe(one.verdict.kind);
  });
});
