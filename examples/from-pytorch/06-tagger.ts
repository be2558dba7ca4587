import { manualSeed, nn, optim, randint, type Tensor, tensor } from "unrolled";

const { padSequence } = nn.utils.rnn;
manualSeed(0);
// Words 1 to 7; a word's tag is 1 if it stands between two equal ones.
const sentences = Array.from(randint(4, 15, [60]).data, (length) => randint(1, 8, [length]));

function tags({ data: words }: Tensor): Int32Array {
  return Int32Array.from(words, (_, t) => Number(0 < t && t < words.length - 1 && words[t - 1] === words[t + 1]));
}

const tokens = padSequence(sentences, { batchFirst: true }); // [N, T], padded with 0
const targets = padSequence(
  sentences.map((words) => tensor(tags(words))),
  { batchFirst: true, paddingValue: -100 },
);

class Tagger extends nn.Module {
  embedding = new nn.Embedding(8, 8, { paddingIdx: 0 });
  rnn = new nn.GRU(8, 16, { bidirectional: true, batchFirst: true });
  head = new nn.Linear(32, 2);

  forward(tokens: Tensor): Tensor {
    const [output] = this.rnn.forward(this.embedding.forward(tokens));
    return this.head.forward(output);
  }
}

const model = new Tagger();
const criterion = new nn.CrossEntropyLoss({ weight: tensor([1, 4]), ignoreIndex: -100 });
const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
for (let step = 0; step <= 60; step++) {
  const logits = model.forward(tokens);
  const loss = criterion.forward(logits.transpose(1, 2), targets); // classes are the second dimension
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  if (step % 20 > 0) continue;
  const right = logits.argmax(2).eq(targets).sum().item();
  console.log(`step ${step}: ${loss.item().toFixed(4)}, ${right} of ${targets.ne(-100).sum().item()} right`);
}
