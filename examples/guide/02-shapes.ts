import { manualSeed, nn, rand } from "unrolled";

manualSeed(0);
const input = rand([7, 3, 5]); // [T, N, I]: 7 steps of 3 sequences, 5 numbers at each step

const lstm = new nn.LSTM(5, 4, { numLayers: 2 }); // inputSize 5, hiddenSize 4, a second layer on top of the first
const [output, [hn, cn]] = lstm.forward(input);
console.log("output", output.shape, "hn", hn.shape, "cn", cn.shape);

// The last layer's last output is its final state.
console.log("the same:", output.select(0, -1).allclose(hn.select(0, -1)));

const first = new nn.GRU(5, 4, { batchFirst: true });
const [byBatch, state] = first.forward(input.transpose(0, 1)); // [N, T, I]
console.log("batch first", byBatch.shape, "hn", state.shape);

const both = new nn.RNN(5, 4, { bidirectional: true });
const [twoWays, states] = both.forward(input);
console.log("both directions", twoWays.shape, "hn", states.shape);

// Reading on from a state is the same as reading all at once.
const [, middle] = lstm.forward(input.narrow(0, 0, 4));
const [end] = lstm.forward(input.narrow(0, 4, 3), middle);
console.log("in two parts, the same:", end.allclose(output.narrow(0, 4, 3)));
