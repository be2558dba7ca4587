import { manualSeed, nn, optim, type Tensor, tensor } from "unrolled";
import { expect, test } from "vitest";
import { expectClose, golden, type Plain } from "../support/golden.js";

interface Case {
  readonly name: string;
  readonly module: "RNN" | "LSTM" | "GRU";
  readonly sizes: { readonly vocabulary: number; readonly embedding: number; readonly hidden: number; readonly numLayers: number };
  readonly init: Record<string, Plain>;
  readonly tokens: number[][];
  readonly targets: number[][];
  readonly lr: number;
  readonly maxNorm: number;
  readonly losses: number[];
  readonly gradNorms: number[];
  readonly final: Record<string, Plain>;
}

class Model extends nn.Module {
  embedding: nn.Embedding;
  rnn: nn.LSTM;
  linear: nn.Linear;

  constructor({ module, sizes: { vocabulary, embedding, hidden, numLayers } }: Case) {
    super();
    this.embedding = new nn.Embedding(vocabulary, embedding);
    const Recurrent = { RNN: nn.RNN, LSTM: nn.LSTM, GRU: nn.GRU }[module] as typeof nn.LSTM;
    this.rnn = new Recurrent(embedding, hidden, { numLayers, batchFirst: true });
    this.linear = new nn.Linear(hidden, vocabulary);
  }

  forward(tokens: Tensor): Tensor {
    const [output] = this.rnn.forward(this.embedding.forward(tokens));
    return this.linear.forward(output);
  }
}

test.each(golden<Case>("training"))("training equals torch's, step by step: $name", (expected) => {
  manualSeed(0);
  const model = new Model(expected);
  model.loadStateDict(expected.init);
  const criterion = new nn.CrossEntropyLoss({ ignoreIndex: -100 });
  const optimizer = new optim.Adam(model.parameters(), { lr: expected.lr });
  const tokens = tensor(
    expected.tokens.map((row) => row.slice(0, -1)),
    { dtype: "int32" },
  );
  const targets = tensor(expected.targets, { dtype: "int32" });
  for (const [step, loss] of expected.losses.entries()) {
    optimizer.zeroGrad();
    const logits = model.forward(tokens);
    const value = criterion.forward(logits.reshape([-1, expected.sizes.vocabulary]), targets.reshape([-1]));
    value.backward();
    const norm = nn.utils.clipGradNorm_(model.parameters(), expected.maxNorm);
    optimizer.step();
    expect(Math.abs(value.item() - loss), `the loss of step ${step}`).toBeLessThan(2e-4);
    expect(Math.abs(norm - (expected.gradNorms[step] as number)), `the norm of step ${step}`).toBeLessThan(2e-4);
  }
  for (const [name, parameter] of Object.entries(model.stateDict()))
    expectClose(name, parameter, expected.final[name] as Plain, () => 2e-3);
});
