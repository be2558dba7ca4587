import type { Run } from "./run.mjs";

export interface Point {
  readonly case: string;
  readonly cell: string;
  readonly panel: string;
  readonly peer: string;
  readonly ratio: number;
}

export function points(run: Run): Point[];
export function picture(run: Run): string;
