import { nn, noGrad, type Tensor, tensor } from "unrolled";
import type { State } from "../cells.js";
import type { TextModel } from "./model.js";

/** Characters that go through the model in one call. It only matters for speed and memory: the state is carried on. */
const SPAN = 512;

/** Cuts a text into `columns` parts of the same length and lays them side by side: the characters `[T, N]`, and those that follow them. */
export function sideBySide(text: Int32Array, columns: number): [characters: Tensor, following: Tensor] {
  const length = Math.floor((text.length - 1) / columns);
  const part = (start: number) => tensor(text.subarray(start, start + length * columns), { shape: [columns, length] }).transpose(0, 1);
  return [part(0), part(1)];
}

/**
 * What a text costs under the model: the mean of −ln of the probability of each character, given those before it.
 *
 * @param columns parts that are read side by side, each without what came before it: 1 for the text as it is
 * @yields after each span
 */
export function* meanCost(model: TextModel, text: Int32Array, columns: number): Generator<void, number, void> {
  const criterion = new nn.CrossEntropyLoss({ reduction: "sum" });
  const [characters, following] = sideBySide(text, columns);
  model.eval();
  let state: State | undefined;
  let cost = 0;
  for (const [input, target] of nn.utils.rnn.spans([characters, following], { span: SPAN })) {
    const [logits, next] = noGrad(() => model.forward(input!, state));
    cost += criterion.forward(logits.flatten({ endDim: 1 }), target!.flatten()).item();
    state = next;
    yield;
  }
  return cost / characters.numel();
}

/** Bits of what is in nats. */
export function bits(nats: number): number {
  return nats / Math.LN2;
}

/** Bits per character if each is as likely as it is frequent, whatever comes before it: what there is to beat. */
export function frequencyBits(text: Int32Array): number {
  const counts = new Map<number, number>();
  for (const id of text) counts.set(id, (counts.get(id) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum -= (count / text.length) * Math.log2(count / text.length);
  return sum;
}
