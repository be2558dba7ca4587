/** What is measured. Both sides get the same sizes. */

export type Kind = "train" | "forward" | "product";

export interface Case {
  readonly name: string;
  readonly kind: Kind;
  /** T steps, N sequences, I inputs, H units; of a product `[N, I]·[I, H]`. */
  readonly steps: number;
  readonly batch: number;
  readonly input: number;
  readonly hidden: number;
}

export const CASES: readonly Case[] = [
  { name: "LSTM, one step at a time", kind: "forward", steps: 1, batch: 1, input: 64, hidden: 128 },
  { name: "LSTM, forward", kind: "forward", steps: 50, batch: 32, input: 8, hidden: 64 },
  { name: "LSTM, training step", kind: "train", steps: 50, batch: 32, input: 8, hidden: 64 },
  { name: "LSTM, wide, forward", kind: "forward", steps: 16, batch: 64, input: 64, hidden: 128 },
  { name: "Matrix product", kind: "product", steps: 1, batch: 512, input: 512, hidden: 512 },
];

export function sizesOf({ kind, steps, batch, input, hidden }: Case): string {
  if (kind === "product") return `[${batch}, ${input}] · [${input}, ${hidden}]`;
  return `T ${steps}, N ${batch}, I ${input}, H ${hidden}`;
}
