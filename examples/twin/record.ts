import { readFileSync } from "node:fs";

/** What a training leaves. */
export interface Learned {
  /** The cross entropy of each step, in nats, before its update. */
  readonly losses: readonly number[];
  /** Bits per character of the held-out text, from time to time and after the last step. */
  readonly heldOut: readonly { readonly step: number; readonly bits: number }[];
  /** Of the median step. */
  readonly charactersPerSecond: number;
}

/** What is known of a run; both programs write it as JSON, in the same form. */
export interface RunRecord extends Learned {
  readonly software: string;
  readonly threads: number;
  /** SHA-256 of text.txt. */
  readonly text: string;
  /** SHA-256 of the bits of every parameter before the first step. */
  readonly initial: { readonly [parameter: string]: string };
}

export function readRecord(file: string): RunRecord {
  return JSON.parse(readFileSync(file, "utf8")) as RunRecord;
}
