import { manualSeed, nn, noGrad, optim, type Tensor, tensor } from "unrolled";

manualSeed(0);
const text = "to be, or not to be, that is the question: ".repeat(8);
const characters = [...new Set(text)].sort();
const encode = (text: string) => Int32Array.from(text, (character) => characters.indexOf(character));
const ids = encode(text);
const [tokens, targets] = [tensor(ids.subarray(0, 320), { shape: [4, 80] }), tensor(ids.subarray(1, 321))];

class CharModel extends nn.Module {
  embedding = new nn.Embedding(characters.length, 12);
  rnn = new nn.LSTM(12, 32, { numLayers: 2, batchFirst: true });
  head = new nn.Linear(32, characters.length);

  forward(tokens: Tensor, state?: nn.LSTMState): [logits: Tensor, state: nn.LSTMState] {
    const [output, next] = this.rnn.forward(this.embedding.forward(tokens), state);
    return [this.head.forward(output), next];
  }
}

const model = new CharModel();
const optimizer = new optim.AdamW(model.parameters(), { lr: 0.02 });
for (let step = 0; step <= 80; step++) {
  const [logits] = model.forward(tokens);
  const loss = nn.functional.crossEntropy(logits.flatten(0, 1), targets);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  if (step % 20 === 0) console.log(`step ${step}: ${loss.item().toFixed(4)}`);
}

// One character after the other: the state has all that came before.
let [written, state]: [string, nn.LSTMState | undefined] = ["to be", undefined];
let token = tensor(encode(written), { shape: [1, 5] });
noGrad(() => {
  for (let count = 0; count < 38; count++) {
    const [logits, next] = model.forward(token, state);
    token = logits.select(1, -1).argmax(-1, { keepdim: true });
    state = next;
    written += characters[token.item()];
  }
});
console.log(written);
