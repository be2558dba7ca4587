import { nn, noGrad, tensor } from "unrolled";
import { loadFile } from "unrolled/node";

/** Is the signal, step by step, above its running average? */
class Detector extends nn.Module {
  rnn = new nn.LSTM(1, 12);
  head = new nn.Linear(12, 1);
}

const model = new Detector();
model.loadStateDict(await loadFile("detector.safetensors")); // what the program in Python has written
model.eval();

const stream = model.rnn.stream(); // keeps the state; plain arrays in and out
noGrad(() => {
  for (const value of [0.1, 0.9, 0.5, 0.6, 0.2, 0.4]) {
    const hidden = stream.step(Float32Array.of(value));
    const probability = model.head.forward(tensor(hidden)).sigmoid();
    console.log(`${value} is above the average: ${probability.item().toFixed(4)}`);
  }
});
