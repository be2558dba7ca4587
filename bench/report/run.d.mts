import type { Cell, Mode, Sizes } from "../cases.mjs";
import type { Summary } from "../measure/statistics.mjs";

/** The parts of a file of results that reports are made of. */
export interface Run {
  readonly file?: string;
  readonly files?: readonly string[];
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly load: number };
  readonly engine: { readonly name: string; readonly version: string; readonly compiler: string };
  readonly simd: "simd128" | "relaxed";
  readonly flags: readonly string[];
  readonly software: readonly string[];
  readonly missing: readonly string[];
  readonly peak: readonly { readonly name: string; readonly gflops: number; readonly chosen: boolean }[];
  readonly options: { readonly seconds: number; readonly against?: string };
  readonly lines: readonly Line[];
}

export type Line = NetworkLine | ProfileLine | PatternLine;

export interface PatternLine extends Summary {
  readonly kind: "pattern";
  readonly case: Sizes;
  readonly cell: Cell;
  readonly name: string;
  readonly base: string;
  readonly work: number;
  readonly ratio: number;
}

export interface ProfileLine {
  readonly kind: "profile";
  readonly case: Sizes;
  readonly cell: Cell;
  readonly mode: Mode;
  readonly steps: number;
  readonly phases: readonly { readonly name: string; readonly milliseconds: number }[];
}

export interface NetworkLine {
  readonly kind: "network";
  readonly case: Sizes;
  readonly cell: Cell;
  readonly mode: Mode;
  readonly flops: number;
  readonly peak: number;
  readonly contestants: readonly (Summary & { readonly name: string; readonly share?: number })[];
}
