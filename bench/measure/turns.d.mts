import type { Summary } from "./statistics.mjs";

export interface Contestant {
  readonly name: string;
  readonly sample: (milliseconds: number) => Promise<number[]>;
  readonly enter?: () => unknown;
  readonly leave?: () => unknown;
}

export function timed(run: () => unknown, repeat?: number): Contestant["sample"];
export function inTurns(contestants: readonly Contestant[], seconds: number): Promise<({ name: string } & Summary)[]>;
