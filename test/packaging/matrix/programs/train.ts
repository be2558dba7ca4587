import { backend, init, manualSeed, nn, optim, randint, type Tensor } from "unrolled";

/** Letters in, letters out: an embedding, a norm, two layers and dropout. */
class Model extends nn.Module {
  embedding: nn.Embedding = new nn.Embedding(7, 5);
  norm: nn.LayerNorm = new nn.LayerNorm(5);
  lstm: nn.LSTM = new nn.LSTM(5, 11, { numLayers: 2, dropout: 0.1 });
  head: nn.Linear = new nn.Linear(11, 7);

  forward(letters: Tensor): Tensor {
    const [output] = this.lstm.forward(this.norm.forward(this.embedding.forward(letters)));
    return this.head.forward(output);
  }
}

/** The bits of a number of 32 bits. */
function bitsOf(value: number): string {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!.toString(16).padStart(8, "0");
}

export interface Trained {
  /** The bits of the loss at each step. */
  readonly losses: readonly string[];
  readonly simd: string;
  /** Where the core came from. */
  readonly source: string;
}

/** Trains an LSTM for so many steps, on the core that gives the same bits everywhere. */
export async function train(steps = 50): Promise<Trained> {
  await init({ simd: "simd128" });
  manualSeed(1);
  const model = new Model();
  const optimizer = new optim.AdamW(model.parameters(), { lr: 0.02 });
  const schedule = new optim.lrScheduler.CosineAnnealingLR(optimizer, steps);
  const losses: string[] = [];
  for (let step = 0; step < steps; step++) {
    const letters = randint(0, 7, [9, 6]);
    const next = randint(0, 7, [9, 6]);
    optimizer.zeroGrad();
    const loss = nn.functional.crossEntropy(model.forward(letters).reshape([-1, 7]), next.reshape([-1]));
    loss.backward();
    nn.utils.clipGradNorm_(model.parameters(), 0.5);
    optimizer.step();
    schedule.step();
    losses.push(bitsOf(loss.item()));
  }
  const { simd, source } = backend();
  return { losses, simd, source };
}
