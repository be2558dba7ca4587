/**
 * Looks inside networks with `unrolled/insight`, and writes the pictures of docs/insight.md.
 *
 *     npm run example -- insight            the pictures, into out/insight: a minute or so
 *     npm run example -- insight --short    a short training, and little text to look for units in: seconds
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manualSeed, nn, optim, randn, type Tensor, tensor } from "unrolled";
import { bpttReport, cellText, findUnits, inputSaliency, trace } from "unrolled/insight";
import { mobyDick } from "../moby-dick/text.js";
import { options } from "./options.js";

const { steps, read, seed, out } = options();
mkdirSync(out, { recursive: true });

function write(name: string, svg: string): void {
  writeFileSync(join(out, name), svg);
  console.log(`${join(out, name)}, ${Math.ceil(svg.length / 1000)} kB`);
}

class CharModel extends nn.Module {
  embedding: nn.Embedding;
  rnn: nn.LSTM;
  head: nn.Linear;

  constructor(vocabulary: number, hidden: number) {
    super();
    this.embedding = new nn.Embedding(vocabulary, 32);
    this.rnn = new nn.LSTM(32, hidden);
    this.head = new nn.Linear(hidden, vocabulary);
  }

  forward(tokens: Tensor, state?: nn.LSTMState): [logits: Tensor, state: nn.LSTMState] {
    const [output, next] = this.rnn.forward(this.embedding.forward(tokens), state);
    return [this.head.forward(output), next];
  }
}

/** `[T, N]` tokens of `batch` stretches of the text that begin at `place`, and what follows each. */
function spanAt(ids: Int32Array, place: number, length: number, batch: number): [Tensor, Tensor] {
  const stretch = Math.floor((ids.length - 1) / batch);
  const at = (shift: number) =>
    tensor(
      Int32Array.from({ length: length * batch }, (_, k) => ids[(k % batch) * stretch + place + Math.floor(k / batch) + shift]!),
      { shape: [length, batch] },
    );
  return [at(0), at(1)];
}

/** Trains on spans that go on from each other. */
function trainCharacters(text: string): { model: CharModel; vocabulary: string[]; lossOf: () => Tensor } {
  const vocabulary = [...new Set(text)].sort();
  const index = new Map(vocabulary.map((character, id) => [character, id]));
  const ids = Int32Array.from([...text], (character) => index.get(character)!);
  const [length, batch] = [64, 32];
  const model = new CharModel(vocabulary.length, 128);
  const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
  const criterion = new nn.CrossEntropyLoss();
  const lossOf = (place: number, state?: nn.LSTMState): [Tensor, nn.LSTMState] => {
    const [tokens, targets] = spanAt(ids, place, length, batch);
    const [logits, next] = model.forward(tokens, state);
    return [criterion.forward(logits.reshape([-1, vocabulary.length]), targets.reshape([-1])), next];
  };
  const last = Math.floor((ids.length - 1) / batch) - length;
  let state: nn.LSTMState | undefined;
  for (let step = 0; step < steps; step++) {
    const place = (step * length) % last;
    const [loss, next] = lossOf(place, place < length ? undefined : state);
    optimizer.zeroGrad();
    loss.backward();
    nn.utils.clipGradNorm_(model.parameters(), 1);
    optimizer.step();
    state = nn.utils.rnn.detachState(next);
    if (step % 100 === 0) console.log(`step ${step}: loss ${loss.item().toFixed(3)}`);
  }
  return { model, vocabulary, lossOf: () => lossOf(0)[0] };
}

manualSeed(seed);

// Gradients that vanish: a new tanh RNN and a new LSTM that is made to keep, whose loss is that of the last step.
function reportOnLastStep(name: string, model: nn.Module, forward: (input: Tensor) => Tensor): void {
  const input = randn([100, 8, 4]);
  const report = bpttReport(model, () => forward(input).select(0, 99).pow(2).mean());
  console.log(`\n${report}\n`);
  write(`insight-report-${name}.svg`, report.toSVG());
}

const rnn = new nn.RNN(4, 32);
reportOnLastStep("rnn", rnn, (input) => rnn.forward(input)[0]);
const lstm = new nn.LSTM(4, 32);
nn.init.forgetBias_(lstm, 3);
reportOnLastStep("lstm", lstm, (input) => lstm.forward(input)[0]);

const text = mobyDick();
const { model, vocabulary, lossOf } = trainCharacters(text);
console.log(`\n${bpttReport(model, lossOf)}\n`);
const sample = text.slice(-200_000).slice(0, read);
const found = findUnits(model, sample, { vocabulary });
console.log(`${found}\n`);
write("insight-units.svg", found.toSVG({ top: 4 }));

// The unit that tracks something best, over a page.
const [best] = found.units.slice().sort((one, other) => Math.abs(other.correlation) - Math.abs(one.correlation));
const page = sample.slice(sample.indexOf("\n\n") + 2).slice(0, 1800);
const coloured = cellText(model, page, { vocabulary, layer: best!.layer, unit: best!.unit });
console.log(`${best!.feature}:\n${coloured.toString({ columns: 96 }).split("\n").slice(0, 12).join("\n")}\n`);
write("insight-text.svg", coloured.toSVG({ lines: 16 }));
writeFileSync(join(out, "insight-text.html"), coloured.toHTML());

const tokens = tensor(
  [...page.slice(0, 50)].map((character) => vocabulary.indexOf(character)),
  { shape: [50, 1], dtype: "int32" },
);
const seen = trace(model, tokens);
console.log(`${seen}\n`);
write("insight-trace.svg", seen.toSVG({ units: Array.from({ length: 20 }, (_, unit) => unit) }));
const saliency = inputSaliency(model, tokens);
console.log(`${saliency}\n`);
write("insight-saliency.svg", saliency.toSVG());
