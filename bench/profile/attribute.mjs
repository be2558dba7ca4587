// From a profile of V8, samples of the stack, to the time of each phase.

import { PHASES, PRODUCT, TABLE } from "./phases.mjs";

/**
 * @typedef {{ where: "core" | "script" | "engine", name: string }} Frame
 * @typedef {{ id: number, callFrame: { functionName: string, url: string }, children?: readonly number[] }} ProfileNode a function, as called from the one above
 * @typedef {{ nodes: readonly ProfileNode[], samples: readonly number[], timeDeltas: readonly number[] }} Profile
 */

/** A frame by the name that the table has: without the hash that Rust, and the number that esbuild may have added. */
function frameOf({ functionName, url }) {
  if (url.startsWith("wasm:")) return { where: "core", name: functionName.replace(/::h[0-9a-f]{16}$/, "") };
  return { where: functionName.startsWith("(") ? "engine" : "script", name: functionName.replace(/\d+$/, "") };
}

/** @param {readonly Frame[]} stack the innermost first */
export function phaseOf(stack) {
  let isProduct = false;
  for (const { where, name } of stack) {
    const row = TABLE.find((each) => each.where === where && each.name.test(name));
    if (row !== undefined) return isProduct && row.product !== undefined ? row.product : row.phase;
    isProduct ||= where === "core" && PRODUCT.test(name);
  }
  return "rest";
}

/** The phase of each node of a profile, by its number. */
function phasesOf({ nodes }) {
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node])));
  const stackOf = (node) => {
    const stack = [];
    for (let each = node; each !== undefined; each = parents.get(each.id)) stack.push(frameOf(each.callFrame));
    return stack;
  };
  return new Map(nodes.map((node) => [node.id, phaseOf(stackOf(node))]));
}

/**
 * Milliseconds of each phase.
 *
 * @param {Profile} profile a sample lasts until the next one
 */
export function attribute(profile) {
  const phases = phasesOf(profile);
  const times = Object.fromEntries(PHASES.map((phase) => [phase, 0]));
  for (const [index, sample] of profile.samples.entries()) {
    const phase = phases.get(sample);
    if (phase !== undefined) times[phase] += (profile.timeDeltas[index + 1] ?? 0) / 1000;
  }
  return times;
}
