import { io, manualSeed, nn, optim, rand } from "unrolled";
import { serve, transfer } from "unrolled/worker";

/** Trains an LSTM to repeat its input; returns its weights as a file. */
export function* lstm({ steps }: { readonly steps: number }): Generator<number, Uint8Array, undefined> {
  manualSeed(0);
  const x = rand([5, 3, 4]);
  const model = new nn.LSTM(4, 4);
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.05 });
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad();
    const loss = nn.functional.mseLoss(model.forward(x)[0], x);
    loss.backward();
    optimizer.step();
    yield loss.item();
  }
  const file = io.safetensors.save(model.stateDict());
  return transfer(file, [file.buffer]);
}

serve(lstm);
