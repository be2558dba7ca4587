import { cat, full, manualSeed, nn, noGrad, optim, randint, type Tensor, tensor } from "unrolled";

manualSeed(0);
const START = 6; // the symbols are 0 to 5; a sequence of four is to be written backwards
const start = (batch: number) => full([1, batch], START, { dtype: "int32" });

class Translator extends nn.Module {
  embedding = new nn.Embedding(7, 16);
  encoder = new nn.GRU(16, 32);
  decoder = new nn.GRU(16, 32);
  head = new nn.Linear(32, 6);

  encode(source: Tensor): Tensor {
    const [, hn] = this.encoder.forward(this.embedding.forward(source));
    return hn;
  }

  decode(tokens: Tensor, state: Tensor): [logits: Tensor, state: Tensor] {
    const [output, next] = this.decoder.forward(this.embedding.forward(tokens), state);
    return [this.head.forward(output), next];
  }
}

const model = new Translator();
const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
const backwards = tensor([3, 2, 1, 0], { dtype: "int32" });
for (let step = 0; step <= 100; step++) {
  const source = randint(0, 6, [4, 64]); // [T, N]
  const target = source.indexSelect(0, backwards);
  const given = cat([start(64), target.narrow(0, 0, 3)]); // teacher forcing: shifted by one
  const [logits] = model.decode(given, model.encode(source));
  const loss = nn.functional.crossEntropy(logits.flatten(0, 1), target.flatten());
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  if (step % 25 === 0) console.log(`step ${step}: ${loss.item().toFixed(3)}`);
}

noGrad(() => {
  const source = tensor(Int32Array.of(0, 5, 1, 2, 2, 2, 3, 4), { shape: [4, 2] });
  let [token, state] = [start(2), model.encode(source)];
  for (let count = 0; count < 4; count++) {
    const [logits, next] = model.decode(token, state);
    [token, state] = [logits.argmax(2), next]; // what it has written is what it is given next
    console.log(token.select(0, 0).toArray());
  }
});
