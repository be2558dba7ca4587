export type Cell = "LSTM" | "GRU" | "RNN";
export type Mode = "train" | "forward";

export interface Sizes {
  readonly name: string;
  readonly steps: number;
  readonly batch: number;
  readonly input: number;
  readonly hidden: number;
  readonly layers: number;
}

export const CASES: readonly Sizes[];
export const CELLS: readonly Cell[];
export const MODES: readonly Mode[];
export const GATES: Readonly<Record<Cell, number>>;
export function flops(sizes: Sizes, cell: Cell, mode: Mode): number;
export function describeSizes(sizes: Sizes): string;
