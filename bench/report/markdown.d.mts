import type { Cell, Mode } from "../cases.mjs";
import type { NetworkLine, Run } from "./run.mjs";

export function replaceBetween(text: string, start: string, end: string, content: string): string;
export function find(run: Run, cell: Cell, mode: Mode, name: string): NetworkLine | undefined;
export function against(line: NetworkLine | undefined, peer: string): string;
export function readmeTable(run: Run): string;
export function readmeSection(run: Run, picture: string): string;
export function runSection(run: Run): string;
