import { setImmediate as turn } from "node:timers/promises";
import { nn, noGrad, tensor } from "unrolled";
import type { CharModel, State } from "./model.js";

/** Bits of a cross entropy, which is in nats. */
export function bits(nats: number): number {
  return nats / Math.LN2;
}

/** Characters that go through the model in one call. It only matters for speed and memory: the state is carried on. */
const SPAN = 1024;

/**
 * How many bits per character a text costs under the model, as it reads from the text's beginning to its end.
 *
 * @param text the first character is given, the others are predicted
 * @returns the mean of −log₂ of the probability of each character given all before it
 */
export async function bitsPerCharacter(model: CharModel, text: Int32Array): Promise<number> {
  const criterion = new nn.CrossEntropyLoss({ reduction: "sum" });
  const count = text.length - 1;
  const column = { shape: [count, 1] };
  const tensors = [tensor(text.subarray(0, count), column), tensor(text.subarray(1), column)] as const;
  model.eval();
  let state: State | undefined;
  let nats = 0;
  for (const [input, target] of nn.utils.rnn.spans(tensors, { span: SPAN })) {
    const [logits, next] = noGrad(() => model.forward(input, state));
    nats += criterion.forward(logits.flatten({ endDim: 1 }), target.flatten()).item();
    state = next;
    await turn();
  }
  return bits(nats / count);
}
