// Where the time of a training step goes, phase by phase.

import { child } from "../measure/child.mjs";
import { buildNamed } from "./named.mjs";

/** V8 would inline some of the functions that phases are told apart by. */
const FLAGS = ["--no-wasm-inlining"];

/** Milliseconds per step of each phase, for each line. */
export function* profileLines(lines, seconds) {
  const library = buildNamed();
  for (const { cell, mode, sizes } of lines) {
    const argument = JSON.stringify({ library, cell, mode, sizes, seconds });
    const { steps, each, times } = child(new URL("profile-child.mjs", import.meta.url), argument, FLAGS);
    const total = Object.values(times).reduce((sum, milliseconds) => sum + milliseconds, 0);
    const phases = Object.entries(times).map(([name, milliseconds]) => ({ name, milliseconds: (each * milliseconds) / total }));
    yield { kind: "profile", case: sizes, cell, mode, steps, phases };
  }
}
