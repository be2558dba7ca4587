import { manualSeed, nn, optim, type Tensor, tensor } from "unrolled";

manualSeed(0);
// Four sums of waves, to be predicted one step ahead; too long to go back through all of it at once.
const wave = (n: number) => Array.from({ length: 401 }, (_, t) => Math.sin(0.2 * t + n) + Math.sin(0.31 * t * (n + 1)));
const signal = tensor([0, 1, 2, 3].map(wave)).unsqueeze(2); // [N, T, 1]
const [inputs, targets] = [signal.narrow(1, 0, 400), signal.narrow(1, 1, 400)];

const rnn = new nn.LSTM(1, 20, { batchFirst: true });
const head = new nn.Linear(20, 1);
const parameters = [...rnn.parameters(), ...head.parameters()];
const optimizer = new optim.RMSprop(parameters, { lr: 0.005 });
let state: nn.LSTMState | undefined;
for (let epoch = 0; epoch < 4; epoch++) {
  let total = 0;
  state = undefined;
  for (const [x, y] of nn.utils.rnn.spans([inputs, targets], { span: 50, dim: 1 })) {
    const [output, next]: [Tensor, nn.LSTMState] = rnn.forward(x, state);
    const loss = nn.functional.mseLoss(head.forward(output), y);
    optimizer.zeroGrad();
    loss.backward();
    nn.utils.clipGradNorm_(parameters, 1);
    optimizer.step();
    state = nn.utils.rnn.detachState(next); // values go on, gradients do not
    total += loss.item();
  }
  console.log(`epoch ${epoch}: ${(total / 8).toFixed(4)}`);
}
const last = state![0].narrow(2, 0, 5).select(1, 0);
console.log("state", Array.from(last.data, (value) => value.toFixed(3)).join(" "));
