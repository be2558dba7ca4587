/** What the page and the worker of the memory tasks say to each other. */

import type { TaskName } from "./task-name.js";

/** The networks, in the order in which everything about them is told. */
export const CELLS = ["RNN", "LSTM", "GRU"] as const;

export interface Request {
  readonly task: TaskName;
  readonly length: number;
  readonly learningRate: number;
  readonly forgetBias: number;
}

/** How far gradients of one network go back. */
export interface Reached {
  /** `[T]` ‖∂L/∂h_t‖ of what arrives at the last step alone, divided by its norm there; null if nothing does. */
  readonly norms: Float64Array | null;
  readonly kind: "vanishing" | "exploding" | "steady" | "unknown";
  readonly text: string;
}

export type Answer =
  /** `chance`: the loss of who remembers nothing. */
  | { readonly kind: "begun"; readonly chance: number; readonly simd: string }
  /** Mean losses since the last one, of each network. */
  | { readonly kind: "progress"; readonly step: number; readonly losses: readonly number[] }
  | { readonly kind: "report"; readonly step: number; readonly reached: readonly Reached[] };
