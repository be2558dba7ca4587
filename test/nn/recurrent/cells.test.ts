import { manualSeed, nn, noGrad, randn, type Tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { byMagnitude, expectClose, golden, type Plain, toTensor } from "../../support/golden.js";
import { expectClose as expectNear, sample } from "../../tensor/helpers.js";

interface Case {
  readonly name: string;
  readonly module: "RNNCell" | "LSTMCell" | "GRUCell";
  readonly args: { readonly inputSize: number; readonly hiddenSize: number; readonly bias: boolean };
  readonly params: Record<string, Plain>;
  readonly input: Plain;
  readonly h: Plain;
  readonly c: Plain | null;
  readonly expect: { readonly h: Plain; readonly c: Plain | null };
  readonly upstream: { readonly h: Plain; readonly c: Plain | null };
  readonly grads: { readonly input: Plain; readonly h: Plain; readonly c: Plain | null; readonly params: Record<string, Plain> };
}

type Cell = nn.RNNCell | nn.LSTMCell | nn.GRUCell;

/** One step, whichever cell it is: what it makes of the states, an LSTM's two. */
function step(cell: Cell, input: Tensor, states: Tensor[]): Tensor[] {
  if (cell instanceof nn.LSTMCell) return cell.forward(input, states.length === 0 ? undefined : (states as [Tensor, Tensor]));
  return [cell.forward(input, states[0])];
}

/** Σ value · upstream, as the golden files define the loss. */
function weighted(values: readonly Tensor[], upstreams: readonly Tensor[]): Tensor {
  return values.map((value, index) => value.mul(upstreams[index]!).sum()).reduce((sum, each) => sum.add(each));
}

test.each(golden<Case>("cells"))("$module equals torch.nn.$module: $name", (expected) => {
  const { inputSize, hiddenSize, ...options } = expected.args;
  const cell = new nn[expected.module](inputSize, hiddenSize, options);
  cell.loadStateDict(expected.params);
  const present = (...all: (Plain | null)[]) => all.filter((each) => each !== null);
  const input = toTensor(expected.input, true);
  const states = present(expected.h, expected.c).map((plain) => toTensor(plain, true));
  const next = step(cell, input, states);
  for (const [index, plain] of present(expected.expect.h, expected.expect.c).entries()) {
    expectClose(`state ${index}`, next[index], plain, byMagnitude);
  }
  weighted(
    next,
    present(expected.upstream.h, expected.upstream.c).map((plain) => toTensor(plain)),
  ).backward();
  expectClose("the gradient of input", input.grad, expected.grads.input, byMagnitude);
  for (const [index, plain] of present(expected.grads.h, expected.grads.c).entries()) {
    expectClose(`the gradient of state ${index}`, states[index]?.grad, plain, byMagnitude);
  }
  const parameters = cell.namedParameters();
  expect(parameters.map(([name]) => name)).toEqual(Object.keys(expected.grads.params));
  for (const [name, parameter] of parameters) {
    expectClose(`the gradient of ${name}`, parameter.grad, expected.grads.params[name]!, byMagnitude);
  }
});

type Whole = nn.RNN | nn.LSTM | nn.GRU;

const pairs: [string, (bias: boolean) => readonly [Cell, Whole]][] = [
  ["tanh", (bias) => [new nn.RNNCell(5, 7, { bias }), new nn.RNN(5, 7, { bias })]],
  ["relu", (bias) => [new nn.RNNCell(5, 7, { bias, nonlinearity: "relu" }), new nn.RNN(5, 7, { bias, nonlinearity: "relu" })]],
  ["LSTM", (bias) => [new nn.LSTMCell(5, 7, { bias }), new nn.LSTM(5, 7, { bias })]],
  ["GRU", (bias) => [new nn.GRUCell(5, 7, { bias }), new nn.GRU(5, 7, { bias })]],
];

describe.each(pairs)("a loop over seven steps of %s", (_, make) => {
  test.each([true, false])("is the module over the sequence, bias %s", (bias) => {
    manualSeed(3);
    const [cell, whole] = make(bias);
    whole.loadStateDict(Object.fromEntries(Object.entries(cell.stateDict()).map(([name, value]) => [`${name}_l0`, value])));
    const count = cell instanceof nn.LSTMCell ? 2 : 1;
    const leaves = () =>
      [sample([7, 3, 5], 1), ...[2, 3].slice(0, count).map((seed) => sample([3, 7], seed))].map((x) => x.requiresGrad_());
    const upstream = sample([7, 3, 7], 5);
    const last = sample([count, 3, 7], 6).unbind(0);

    const ofCell = leaves();
    const loop = (input: Tensor, states: Tensor[]): [Tensor[], Tensor[]] => {
      const outputs: Tensor[] = [];
      let now = states;
      for (const x of input.unbind(0)) {
        now = step(cell, x, now);
        outputs.push(now[0]!);
      }
      return [outputs, now];
    };
    const [outputs, states] = loop(ofCell[0]!, ofCell.slice(1));
    weighted([...outputs, ...states], [...upstream.unbind(0), ...last]).backward();

    const ofWhole = leaves();
    const lifted = ofWhole.slice(1).map((state) => state.unsqueeze(0));
    const run = (input: Tensor, from: Tensor[]): [Tensor, Tensor[]] => {
      if (whole instanceof nn.LSTM) return whole.forward(input, from as [Tensor, Tensor]);
      const [output, hn] = whole.forward(input, from[0]);
      return [output, [hn]];
    };
    const [output, finals] = run(ofWhole[0]!, lifted);
    weighted([output, ...finals], [upstream, ...last.map((each) => each.unsqueeze(0))]).backward();

    expect(
      outputs.flatMap((each) => [...each.data]),
      "outputs, recorded",
    ).toEqual([...output.data]);
    expect(
      states.flatMap((each) => [...each.data]),
      "final states",
    ).toEqual(finals.flatMap((each) => [...each.data]));
    const evaluated = noGrad(() => loop(ofCell[0]!, ofCell.slice(1))[0]);
    expect(
      evaluated.flatMap((each) => [...each.data]),
      "outputs, not recorded",
    ).toEqual([...output.data]);
    for (const [index, leaf] of ofCell.entries()) expect([...leaf.grad!.data], `leaf ${index}`).toEqual([...ofWhole[index]!.grad!.data]);
    // The module sums over all steps in one product, the loop step by step: the same up to rounding.
    for (const [name, parameter] of cell.namedParameters()) {
      const other = whole[`${name}_l0` as "weight_ih_l0"].grad!;
      expectNear(parameter.grad!, other.data, 2e-6, 2e-6);
    }
  });
});

test("states are zeros if left out", () => {
  const cells: Cell[] = [new nn.RNNCell(3, 5), new nn.LSTMCell(3, 5), new nn.GRUCell(3, 5)];
  for (const cell of cells) {
    for (const shape of [[2], []]) {
      const x = randn([...shape, 3]);
      const none = [zeros([...shape, 5]), zeros([...shape, 5])];
      const expected = step(cell, x, none);
      expect(step(cell, x, []).map((each) => each.toArray())).toEqual(expected.map((each) => each.toArray()));
    }
  }
});

test("initial values are drawn as for one layer of the module, and drawn again", () => {
  manualSeed(4);
  const cell = new nn.GRUCell(3, 5);
  const first = Object.values(cell.stateDict()).map((value) => value.toArray());
  manualSeed(4);
  const gru = new nn.GRU(3, 5);
  expect(first).toEqual(Object.values(gru.stateDict()).map((value) => value.toArray()));
  manualSeed(4);
  nn.init.zeros_(cell.weight_ih);
  const x = randn([2, 3]);
  const before = cell.forward(x).data;
  manualSeed(4);
  cell.resetParameters();
  expect(Object.values(cell.stateDict()).map((value) => value.toArray())).toEqual(first);
  expect(cell.forward(x).data).not.toEqual(before);
});

test("printed as PyTorch does", () => {
  expect(String(new nn.RNNCell(3, 4, { nonlinearity: "relu" }))).toBe("RNNCell(3, 4, nonlinearity=relu)");
  expect(String(new nn.LSTMCell(3, 4, { bias: false }))).toBe("LSTMCell(3, 4, bias=false)");
  expect(String(new nn.GRUCell(3, 4))).toBe("GRUCell(3, 4)");
});
