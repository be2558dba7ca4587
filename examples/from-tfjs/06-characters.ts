import { nn, noGrad, optim, type Tensor, tensor } from "unrolled";

const pattern = (shape: number[], phase: number) => {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => Math.sin(1.7 * at + phase) / 2);
  return tensor(values, { shape });
};

const text = "the cat sat on the mat; the rat ate the hat. ".repeat(4);
const characters = [...new Set(text)].sort();
const ids = Int32Array.from(text, (character) => characters.indexOf(character)); // integers are tokens and classes
const [V, E, H] = [characters.length, 6, 16];
const tokens = tensor(ids.subarray(0, 160), { shape: [4, 40] });
const targets = tensor(ids.subarray(1, 161));

class CharModel extends nn.Module {
  embedding = new nn.Embedding(V, E);
  rnn = new nn.LSTM(E, H, { batchFirst: true });
  head = new nn.Linear(H, V);

  forward(tokens: Tensor): Tensor {
    const [output] = this.rnn.forward(this.embedding.forward(tokens));
    return this.head.forward(output); // logits: the loss has the softmax in it
  }
}

const model = new CharModel();
noGrad(() => {
  for (const parameter of model.parameters()) parameter.zero_();
  model.embedding.weight.copy_(pattern([V, E], 0));
  model.rnn.weight_ih_l0.copy_(pattern([E, 4 * H], 1).transpose(0, 1));
  model.rnn.weight_hh_l0.copy_(pattern([H, 4 * H], 2).transpose(0, 1));
  model.head.weight.copy_(pattern([H, V], 3).transpose(0, 1));
  model.rnn.bias_hh_l0?.requiresGrad_(false); // tfjs has one bias: two would learn it twice as fast
});
const optimizer = new optim.Adam(model.parameters(), { lr: 0.03, eps: 1e-7 });
for (let step = 0; step <= 40; step++) {
  const loss = nn.functional.crossEntropy(model.forward(tokens).flatten(0, 1), targets);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  if (step % 10 === 0) console.log(`step ${step}: ${loss.item().toFixed(3)}`);
}

// The likeliest character after each of the first row's.
const likeliest = noGrad(() => model.forward(tokens).select(0, 0).argmax(-1));
console.log(Array.from(likeliest.data, (id) => characters[id]).join(""));
