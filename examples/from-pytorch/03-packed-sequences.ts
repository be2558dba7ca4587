import { cat, data, manualSeed, nn, optim, rand, randint, stack, type Tensor } from "unrolled";

const { packPaddedSequence, padSequence } = nn.utils.rnn;
manualSeed(0);

// Sequences of 3 to 12 steps [T_n, 4], and which of the first three values is the largest on average.
const sequences = Array.from(randint(3, 13, [120]).data, (length) => rand([length, 4]));
const samples = sequences.map((sequence) => [sequence, sequence.narrow(1, 0, 3).mean(0).argmax()] as const);

function collate(samples: (readonly [sequence: Tensor, target: Tensor])[]) {
  const padded = padSequence(samples.map(([sequence]) => sequence)); // [T, N, 4]
  const lengths = samples.map(([sequence]) => sequence.shape[0]!);
  return { padded, lengths, targets: stack(samples.map(([, target]) => target)) };
}

class Classifier extends nn.Module {
  rnn = new nn.GRU(4, 16, { bidirectional: true });
  head = new nn.Linear(32, 3);

  forward(padded: Tensor, lengths: number[]): Tensor {
    const packed = packPaddedSequence(padded, lengths, { enforceSorted: false });
    const [, hn] = this.rnn.forward(packed); // each sequence's own last state, in the original order
    return this.head.forward(cat(hn.unbind(), { dim: 1 }));
  }
}

const model = new Classifier();
const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
for (let epoch = 0; epoch < 12; epoch++) {
  let [total, correct] = [0, 0];
  for (const { padded, lengths, targets } of new data.DataLoader(samples, { batchSize: 20, shuffle: true, collate })) {
    const logits = model.forward(padded, lengths);
    const loss = nn.functional.crossEntropy(logits, targets);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    total += loss.item() * lengths.length;
    correct += logits.argmax(1).eq(targets).sum().item();
  }
  if (epoch % 3 === 2) console.log(`epoch ${epoch}: loss ${(total / 120).toFixed(4)}, ${correct} of 120 right`);
}
