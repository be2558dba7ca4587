import { manualSeed, nn, rand } from "unrolled";

manualSeed(0);
const x = rand([7, 3, 5]); // [T, N, I]

const rnn = new nn.RNN(5, 4);
const [output, hn] = rnn.forward(x);
console.log("RNN", output.shape, hn.shape);
console.log(Array.from(hn.select(1, 0).data, (value) => value.toFixed(4)).join(" "));

const gru = new nn.GRU(5, 4, { batchFirst: true });
const [output1, hn1] = gru.forward(x.transpose(0, 1)); // states are never batch first
console.log("GRU", output1.shape, hn1.shape);

const lstm = new nn.LSTM(5, 4, { numLayers: 2, bidirectional: true, projSize: 2 });
const [output2, [hn2, cn2]] = lstm.forward(x);
console.log("LSTM", output2.shape, hn2.shape, cn2.shape);

// The last layer's states: forwards they are the last step, backwards the first.
const [forwards, backwards] = output2.chunk(2, 2);
console.log(hn2.select(0, 2).allclose(forwards!.select(0, -1)), hn2.select(0, 3).allclose(backwards!.select(0, 0)));

const [output3, hn3] = rnn.forward(x.select(1, 0)); // one sequence without a batch
console.log("unbatched", output3.shape, hn3.shape);

for (const [name, parameter] of lstm.namedParameters()) {
  if (name.includes("l1")) console.log(name, parameter.shape);
}
