import { inspect } from "node:util";
import { getRngState, manualSeed, nn, noGrad, randint, randn, type Tensor, tensor } from "unrolled";
import { type InputSaliency, inputSaliency } from "unrolled/insight";
import { expect, test } from "vitest";
import type { Config } from "../support/recurrent/config.js";
import { forward } from "../support/recurrent/reference.js";
import { all, readSvg } from "./xml.js";

const [T, N, I, H] = [5, 3, 4, 6];
const classes = { RNN: nn.RNN, LSTM: nn.LSTM, GRU: nn.GRU };
const kinds = ["RNN", "LSTM", "GRU"] as const;
const options = [{}, { numLayers: 2, bidirectional: true }, { numLayers: 2, batchFirst: true }];
const cases = kinds.flatMap((kind) => options.flatMap((each) => [null, [3, 5, 2]].map((lengths) => ({ kind, options: each, lengths }))));

/** ‖∂y_t/∂x_s‖ by central differences of the float64 reference, `[T, N]`. */
function slopes(
  config: Config,
  values: Record<string, Float64Array>,
  units: readonly number[],
  stepOf: (n: number) => number,
): Float64Array {
  const { batchFirst, bidirectional } = config.options;
  const width = (bidirectional ? 2 : 1) * H;
  const row = (t: number, n: number) => (batchFirst ? n * T + t : t * N + n);
  const outputs = (input: Float64Array, n: number) =>
    units.map((unit) => forward(config, { ...values, input })["output"]![row(stepOf(n), n) * width + unit]!);
  return Float64Array.from({ length: T * N }, (_, at) => {
    const [s, n] = [Math.floor(at / N), at % N];
    if (s >= (config.lengths?.[n] ?? T)) return 0;
    let sum = 0;
    for (let feature = 0; feature < I; feature++) {
      const [up, down] = [1e-5, -1e-5].map((shift) => {
        const input = values["input"]!.slice();
        input[row(s, n) * I + feature]! += shift;
        return outputs(input, n);
      });
      for (const [k, value] of up!.entries()) sum += ((value - down![k]!) / 2e-5) ** 2;
    }
    return Math.sqrt(sum);
  });
}

function expectNorms(actual: InputSaliency, expected: Float64Array): void {
  expect(actual.shape).toEqual([T, N]);
  for (const [at, norm] of expected.entries()) expect(actual.norms[at]).toBeCloseTo(norm, 6);
  expect(expected.some((norm) => norm > 1e-3)).toBe(true);
}

test.each(cases)("equals central differences: $kind $options, lengths $lengths", ({ kind, options, lengths }) => {
  manualSeed(2);
  const module = new classes[kind](I, H, options) as nn.LSTM;
  const full = { numLayers: 1, bias: true, batchFirst: false, bidirectional: false, dropout: 0, checkpointEvery: 0, ...options };
  const config: Config = {
    module: kind,
    sizes: [I, H],
    options: full,
    steps: T,
    lengths,
    enforceSorted: false,
    batch: N,
    givenState: false,
    wants: ["input"],
  };
  const x = randn(full.batchFirst ? [N, T, I] : [T, N, I]);
  const parameters = module.namedParameters().map(([name, parameter]) => [`parameter.${name}`, Float64Array.from(parameter.data)]);
  const values: Record<string, Float64Array> = { ...Object.fromEntries(parameters), input: Float64Array.from(x.data) };
  const input = lengths === null ? x : nn.utils.rnn.packPaddedSequence(x, lengths, { batchFirst: full.batchFirst, enforceSorted: false });
  const last = (n: number) => (lengths?.[n] ?? T) - 1;
  const every = Array.from({ length: full.bidirectional ? 2 * H : H }, (_, unit) => unit);
  expectNorms(inputSaliency(module, input), slopes(config, values, every, last));
  expectNorms(
    inputSaliency(module, input, { step: 1, output: [4, 0] }),
    slopes(config, values, [4, 0], () => 1),
  );
  expectNorms(
    inputSaliency(module, input, { step: -2, output: 5 }),
    slopes(config, values, [5], (n) => last(n) - 1),
  );
});

/** A model whose input is tokens, batch first, which it exchanges itself. */
class Words extends nn.Module {
  embedding = new nn.Embedding(9, I, { paddingIdx: 0 });
  rnn = new nn.GRU(I, H);
  dropout = new nn.Dropout(0.5);
  head = new nn.Linear(H, 3);

  forward(tokens: Tensor): Tensor {
    const [, hn] = this.rnn.forward(this.embedding.forward(tokens).transpose(0, 1));
    return this.head.forward(this.dropout.forward(hn.select(0, 0)));
  }
}

test("of tokens it is that of their embedded vectors; nothing of the model has changed", () => {
  manualSeed(3);
  const model = new Words().eval();
  const tokens = randint(1, 9, [N, T]);
  model.head.weight.requiresGrad_(false);
  model.rnn.bias_hh_l0!.grad = randn([3 * H]);
  const [before, state, grad] = [Object.keys(model.embedding), getRngState(), model.rnn.bias_hh_l0!.grad!.data];
  const seen = inputSaliency(model, tokens);
  expect(Object.keys(model.embedding)).toEqual(before);
  expect(Object.hasOwn(model.embedding, "forward")).toBe(false);
  expect(getRngState()).toEqual(state);
  expect(
    model
      .namedParameters()
      .filter(([, { grad }]) => grad !== null)
      .map(([name]) => name),
  ).toEqual(["rnn.bias_hh_l0"]);
  expect(model.rnn.bias_hh_l0!.grad!.data).toEqual(grad);
  expect(
    model
      .namedParameters()
      .filter(([, { requiresGrad }]) => !requiresGrad)
      .map(([name]) => name),
  ).toEqual(["head.weight"]);
  // The same network, given the vectors.
  const vectors = noGrad(() => model.embedding.forward(tokens));
  class Rest extends nn.Module {
    rnn = model.rnn;
    head = model.head;
    forward(x: Tensor): Tensor {
      const [, hn] = this.rnn.forward(x.transpose(0, 1));
      return this.head.forward(hn.select(0, 0));
    }
  }
  const expected = inputSaliency(new Rest(), vectors);
  expect(expected.outputSteps).toEqual([null, null, null]);
  expectNorms(seen, expected.norms);
});

test("tokens that a loop over cells embeds step by step, and tokens in a packed sequence", () => {
  class Steps extends nn.Module {
    embedding = new nn.Embedding(9, I);
    cell = new nn.LSTMCell(I, H);
    forward(tokens: Tensor): Tensor {
      let state: nn.LSTMState | undefined;
      for (const step of tokens.unbind()) state = this.cell.forward(this.embedding.forward(step), state);
      return state![0];
    }
  }
  class Whole extends nn.Module {
    embedding: nn.Embedding;
    lstm = new nn.LSTM(I, H);
    constructor({ embedding, cell }: Steps) {
      super();
      this.embedding = embedding;
      this.lstm.loadStateDict(Object.fromEntries(Object.entries(cell.stateDict()).map(([name, value]) => [`${name}_l0`, value])));
    }
    forward<X extends Tensor | nn.utils.rnn.PackedSequence>(tokens: X) {
      return this.lstm.forward(this.embedding.forward(tokens));
    }
  }
  const steps = new Steps();
  const whole = new Whole(steps);
  const tokens = randint(0, 9, [T, N]);
  const expected = inputSaliency(whole, tokens);
  expectNorms(inputSaliency(steps, tokens), expected.norms);
  const packed = nn.utils.rnn.packPaddedSequence(tokens, [5, 5, 5], { enforceSorted: false });
  expectNorms(inputSaliency(whole, packed), expected.norms);
  expect(inputSaliency(whole, nn.utils.rnn.packPaddedSequence(tokens, [1, 5, 3], { enforceSorted: false })).lengths).toEqual([1, 5, 3]);
});

test("without a batch, one step, outputs of one value for each step, and flattened outputs", () => {
  const lstm = new nn.LSTM(I, H, { batchFirst: true });
  const x = randn([T, I]);
  const alone = inputSaliency(lstm, x);
  expect(alone.shape).toEqual([T, 1]);
  expect(Array.from(alone.norms)).toEqual(Array.from(inputSaliency(lstm, x.unsqueeze(0)).norms));
  expect(inputSaliency(lstm, randn([1, I])).norms.length).toBe(1);
  class Shaped extends nn.Module {
    lstm = lstm;
    head = new nn.Linear(H, 1);
    shape: number[];
    constructor(shape: number[]) {
      super();
      this.shape = shape;
    }
    forward(input: Tensor): Tensor {
      return this.head.forward(this.lstm.forward(input)[0]).reshape(this.shape);
    }
  }
  const batch = randn([N, T, I]);
  const model = new Shaped([N, T, 1]);
  const expected = inputSaliency(model, batch, { step: 2 }).norms;
  for (const shape of [
    [N, T],
    [N * T, 1],
  ]) {
    model.shape = shape;
    expectNorms(inputSaliency(model, batch, { step: 2 }), expected);
  }
});

test("pictures: a curve for one sequence, a map and a curve for several; steps that have no part lie at the lower edge", () => {
  const gru = new nn.GRU(I, H);
  const seen = inputSaliency(gru, randn([T, N, I]), { step: 2 });
  expect(seen.of(0).slice(3)).toEqual(new Float64Array(2));
  const { root, texts } = readSvg(seen.toSVG());
  expect(texts).toContain("How much the output of step 2 depends on the input");
  expect(all(root, "g").filter((group) => group.attributes["class"] === "heat").length).toBe(1);
  const one = readSvg(seen.toSVG({ sequence: 1 }));
  expect(all(one.root, "g").filter((group) => group.attributes["class"] === "heat").length).toBe(0);
  expect(one.texts.join(" ")).toContain("2 values of ‖∂y/∂x‖ not above zero, drawn at the lower edge.");
  expect(inspect(seen)).toMatch(/^InputSaliency\n +steps +output step +largest norm +at step/);
  expect(JSON.parse(JSON.stringify(seen))).toMatchObject({ shape: [T, N], outputSteps: [2, 2, 2], norms: Array.from(seen.norms) });
  const broken = tensor(new Float32Array(T * I).fill(Number.NaN), { shape: [T, 1, I] });
  expect(inspect(inputSaliency(gru, broken))).toMatch(/NaN +— +—$/);
  expect(readSvg(inputSaliency(gru, broken).toSVG()).texts.join(" ")).toContain("Magenta: 5 NaN.");
});

test("inside noGrad it is the same, and so it is of values that are named twice", () => {
  const gru = new nn.GRU(I, H);
  const x = randn([T, N, I]);
  const { norms } = inputSaliency(gru, x, { output: [1, H - 1] });
  expect(noGrad(() => inputSaliency(gru, x, { output: [1, -1] })).norms).toEqual(norms);
  const twice = inputSaliency(gru, x, { output: [1, -1, H - 1, 1] });
  expect([twice.norms, twice.outputs]).toEqual([norms, [1, H - 1]]);
});

test("what it cannot do is said, and leaves the model as it was", () => {
  const gru = new nn.GRU(I, H);
  const x = randn([T, N, I]);
  expect(() => inputSaliency(gru, x, { step: 5 })).toThrow("inputSaliency: step must be an integer in [-5, 4], got 5");
  expect(() => inputSaliency(gru, x, { output: 6 })).toThrow("inputSaliency: output must be an integer in [-6, 5], got 6");
  expect(() => inputSaliency(gru, x, { output: [] })).toThrow(
    'inputSaliency: output must be "all", an index, or an array of indices, got an empty array',
  );
  expect(() => inputSaliency(gru, randint(0, 3, [T, N]))).toThrow(
    "inputSaliency: input must be float32 for a model without nn.Embedding, got int32",
  );
  expect(() => inputSaliency(gru, 3 as never)).toThrow("inputSaliency: input must be a tensor or a packed sequence, got 3");
  expect(() => inputSaliency({} as never, x)).toThrow("inputSaliency: model must be a module with forward, got {  }");
  expect(() => inputSaliency(gru, x, { step: null as never })).toThrow("inputSaliency: step must be an integer in");
  expect(() => inputSaliency(gru, randn([0, 2, I]))).toThrow("inputSaliency: the output must be of at least one step, got none");
  class Cut extends nn.Module {
    gru = gru;
    forward(input: Tensor): Tensor {
      return this.gru.forward(input)[0].detach();
    }
  }
  expect(() => inputSaliency(new Cut(), x)).toThrow(
    "inputSaliency: the output must be computed from the input, got one through which no gradient flows",
  );
  const whole = new Words();
  expect(() => inputSaliency(whole, randint(0, 9, [N, T]), { step: 1 })).toThrow("inputSaliency: step must be left out, got 1");
  expect(gru.parameters().every(({ requiresGrad, grad }) => requiresGrad && grad === null)).toBe(true);
  expect(whole.parameters().every(({ requiresGrad, grad }) => requiresGrad && grad === null)).toBe(true);
});
