import type { Line } from "./run.mjs";

export function describe(line: Line): string;
export function duration(milliseconds: number): string;
export function mebibytes(bytes: number): string;
export function ratio(ours: { median: number }, theirs: { median: number; share?: number }): number;
export function speed(flops: number, times: { median: number }, peak: number): { gflops: number; percent: number };
