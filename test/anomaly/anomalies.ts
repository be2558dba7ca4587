import { AnomalyError, detectAnomaly, type nn, noGrad, type Tensor, tensor } from "unrolled";
import { expect } from "vitest";

/** The message of the AnomalyError that `fn` throws in detectAnomaly, without its first word. */
export function anomalyOf(fn: () => unknown, model?: nn.Module): string {
  try {
    detectAnomaly(fn, model === undefined ? {} : { model });
  } catch (error) {
    expect(error).toBeInstanceOf(AnomalyError);
    return (error as Error).message.replace(/^detectAnomaly: /, "");
  }
  throw new Error("nothing thrown");
}

/** Sets elements of a tensor. */
export function put(target: Tensor, values: readonly (readonly [index: number, value: number])[]): void {
  const data = target.data;
  for (const [index, value] of values) data[index] = value;
  noGrad(() => target.copy_(tensor(data, { shape: target.shape })));
}
