import { setImmediate as turn } from "node:timers/promises";
import { nn, optim, type Tensor, tensor } from "unrolled";
import type { CharModel, State } from "./model.js";

/** How long to train: seconds of training alone, or steps, which give the same result every time. */
export type Budget = { readonly seconds: number } | { readonly steps: number };

/** What is known after a step. */
export interface Progress {
  readonly step: number;
  /** How much of the budget is used, 1 at the end. */
  readonly fraction: number;
  /** Time spent in steps: what happens between them does not count. */
  readonly seconds: number;
  /** Characters read so far. */
  readonly characters: number;
  /** Mean cross entropy of this step's characters, in nats. */
  readonly loss: number;
}

/** The settings that reached the fewest bits per character of those that were tried: see README.md. */
export const settings = {
  /** Places in the text that are read side by side. */
  batch: 4,
  /** Steps of time that gradients flow back. */
  span: 64,
  /** The highest learning rate; it rises to it during the first steps, and then falls to zero. */
  learningRate: 1e-2,
  warmUpSteps: 100,
  weightDecay: 0.01,
  betas: [0.9, 0.99],
  /** Gradients are scaled down to this norm. */
  gradientNorm: 1,
} as const;

/**
 * Trains by truncated backpropagation through time: gradients stop at the beginning of each span, the state goes on.
 *
 * @param text at least two characters for each place that is read side by side
 * @yields after each step; training goes on when the next one is asked for
 */
export async function* train(model: CharModel, text: Int32Array, budget: Budget): AsyncGenerator<Progress, void, void> {
  const { batch, span, betas, weightDecay, gradientNorm } = settings;
  const optimizer = new optim.AdamW(model.parameters(), { betas, weightDecay });
  const criterion = new nn.CrossEntropyLoss();
  const columns = sideBySide(text, batch);
  let progress: Progress = { step: 0, fraction: 0, seconds: 0, characters: 0, loss: Number.NaN };
  while (true) {
    // Each turn of this loop reads the whole text once.
    let state: State | undefined;
    for (const [input, target] of nn.utils.rnn.spans(columns, { span })) {
      const start = performance.now();
      for (const group of optimizer.paramGroups) group.lr = learningRate(progress);
      optimizer.zeroGrad();
      const [logits, next] = model.train().forward(input, state);
      const loss = criterion.forward(logits.flatten({ endDim: 1 }), target.flatten());
      loss.backward();
      nn.utils.clipGradNorm_(model.parameters(), gradientNorm);
      optimizer.step();
      state = nn.utils.rnn.detachState(next);
      progress = advance(progress, budget, (performance.now() - start) / 1000, input.numel(), loss.item());
      yield progress;
      if (progress.fraction >= 1) return;
      // Lets signals and timers have their turn.
      await turn();
    }
  }
}

/**
 * Cuts a text into `batch` parts of the same length and lays them side by side.
 *
 * @returns the characters `[T, N]` and those that follow them, of the same shape
 */
function sideBySide(text: Int32Array, batch: number): [characters: Tensor, following: Tensor] {
  const length = Math.floor((text.length - 1) / batch);
  const part = (start: number) => tensor(text.subarray(start, start + length * batch), { shape: [batch, length] }).transpose(0, 1);
  return [part(0), part(1)];
}

/** Rises with the steps, falls with the budget that is used. */
function learningRate({ step, fraction }: Progress): number {
  const { learningRate: highest, warmUpSteps } = settings;
  return highest * Math.min((step + 1) / warmUpSteps, 1) * (1 - fraction);
}

function advance(before: Progress, budget: Budget, seconds: number, characters: number, loss: number): Progress {
  const step = before.step + 1;
  const sum = before.seconds + seconds;
  const fraction = Math.min(1, "steps" in budget ? step / budget.steps : sum / budget.seconds);
  return { step, fraction, seconds: sum, characters: before.characters + characters, loss };
}
