// Ways to train that are more than one pass and its backward: what they cost, beside plain training steps of the same work.

import { fileURLToPath } from "node:url";
import * as library from "unrolled";
import { CASES } from "../cases.mjs";
import { converse } from "../measure/converse.mjs";
import { inTurns, timed } from "../measure/turns.mjs";
import { trainingStep } from "../peers/unrolled.mjs";

const { nn, optim, randn } = library;
const { detachState, spans } = nn.utils.rnn;

const SIZES = CASES.find(({ name }) => name === "chars");
const { steps, batch, input, hidden } = SIZES;

const make = (cell) => new nn[cell](input, hidden);
const inputOf = (length = steps) => randn([length, batch, input]);
const targetOf = (length = steps) => randn([length, batch, hidden]);

/** Gradients of all that `losses` returns, and one step of the optimizer. */
function training(modules, lossOf) {
  const criterion = new nn.MSELoss();
  const optimizer = new optim.Adam(modules.flatMap((module) => [...module.parameters()]));
  return () => {
    optimizer.zeroGrad();
    const loss = lossOf(criterion);
    loss.backward();
    optimizer.step();
    return loss.item();
  };
}

/** Different batches through one net; what each saves waits for the backward of the sum. */
function severalPasses(cell, passes) {
  const rnn = make(cell);
  const batches = Array.from({ length: passes }, () => [inputOf(), targetOf()]);
  return training([rnn], (criterion) =>
    batches.map(([x, target]) => criterion.forward(rnn.forward(x)[0], target)).reduce((sum, loss) => sum.add(loss)),
  );
}

/** The final state of one net is the first of another, and the loss is of the other's output. */
function encoderDecoder(cell) {
  const [encoder, decoder] = [make(cell), make(cell)];
  const [source, previous, target] = [inputOf(), inputOf(), targetOf()];
  return training([encoder, decoder], (criterion) => {
    const [, state] = encoder.forward(source);
    return criterion.forward(decoder.forward(previous, state)[0], target);
  });
}

/** A long sequence in spans, a training step each, from the state that the span before has left. */
function truncated(cell, count) {
  const rnn = make(cell);
  const [xs, targets] = [inputOf(count * steps), targetOf(count * steps)];
  let state;
  let span;
  const step = training([rnn], (criterion) => {
    const [output, next] = rnn.forward(span[0], state);
    state = detachState(next);
    return criterion.forward(output, span[1]);
  });
  return () => {
    state = undefined;
    for (span of spans([xs, targets], { span: steps })) step();
  };
}

/** The plain step in a process of its own, whose core keeps at most so many bytes for backward. */
function withBudget(cell, savedBytes) {
  const line = JSON.stringify({ cell, sizes: SIZES, savedBytes });
  const child = fileURLToPath(new URL("budget-child.mjs", import.meta.url));
  const { ask, end } = converse(process.execPath, [...process.execArgv, child, line]);
  return { sample: ask, leave: end };
}

const PLAIN = "plain training step";
const WITHIN = "the same, in a process of its own";

/** `work`: how many steps of the one named by `base` a call does. */
const patterns = (cell) => [
  { name: PLAIN, sample: timed(trainingStep(library, { cell, sizes: SIZES })) },
  { name: "4 forward passes, 1 backward", base: PLAIN, work: 4, sample: timed(severalPasses(cell, 4)) },
  { name: "encoder and decoder", base: PLAIN, work: 2, sample: timed(encoderDecoder(cell)) },
  { name: "4 spans of a sequence", base: PLAIN, work: 4, sample: timed(truncated(cell, 4)) },
  { name: WITHIN, base: PLAIN, work: 1, ...withBudget(cell, 256 * 2 ** 20) },
  { name: "beyond the budget of saved bytes", base: WITHIN, work: 1, ...withBudget(cell, 0) },
];

/** A line for each pattern; `ratio`: how long it takes, compared with so many steps of `base`. */
export async function measurePatterns(cells, seconds) {
  const lines = [];
  for (const cell of cells) {
    const contestants = patterns(cell);
    const results = await inTurns(contestants, seconds);
    const medianOf = (wanted) => results.find(({ name }) => name === wanted).median;
    for (const [index, { base = PLAIN, work = 1 }] of contestants.entries()) {
      const ratio = results[index].median / (work * medianOf(base));
      lines.push({ kind: "pattern", ...results[index], cell, case: SIZES, base, work, ratio });
    }
  }
  return lines;
}
