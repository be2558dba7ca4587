import type { Run } from "./run.mjs";

export function setting(run: Run): string;
export function write(run: Run): string;
export function readAll(): Run[];
export function newest(runs: readonly Run[]): Map<string, Run>;
