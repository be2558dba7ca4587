import { manualSeed, nn, randn, type Tensor } from "unrolled";
import { bpttReport } from "unrolled/insight";

manualSeed(1);
const input = randn([100, 8, 4]); // [T, N, I]
const nets: Record<string, nn.Module & { forward(input: Tensor): [output: Tensor, state: unknown] }> = {
  "tanh RNN": new nn.RNN(4, 64),
  GRU: new nn.GRU(4, 64),
  LSTM: new nn.LSTM(4, 64),
  "LSTM, open forget gates": nn.init.forgetBias_(new nn.LSTM(4, 64), 5),
};
for (const [name, net] of Object.entries(nets)) {
  const report = bpttReport(net, () => net.forward(input)[0].select(0, -1).abs().mean());
  console.log(`${name}: ${report.layers[0]!.verdict.text}`);
}
