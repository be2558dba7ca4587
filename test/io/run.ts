import type { nn, Tensor } from "unrolled";
import { expect } from "vitest";

/** Asserts that a module gives, from the input and states in `run`, the outputs and final states there. */
export function expectRun(net: nn.RNN | nn.GRU | nn.LSTM, run: Record<string, Tensor>, tolerance: number): void {
  const { input, h0, c0 } = run as { input: Tensor; h0?: Tensor; c0?: Tensor };
  const forward = net.forward.bind(net) as (input: Tensor, state: unknown) => [Tensor, Tensor | [Tensor, Tensor]];
  const [output, last] = forward(input, h0 && c0 ? [h0, c0] : h0);
  const [hn, cn] = [last].flat() as [Tensor, Tensor?];
  for (const [name, actual] of Object.entries({ output, hn, ...(cn ? { cn } : {}) })) {
    expect(actual.shape, name).toEqual(run[name]?.shape);
    expect(Math.max(...actual.sub(run[name] as Tensor).data.map(Math.abs)), name).toBeLessThan(tolerance);
  }
}
