import type { Node } from "../../autograd/node.js";
import type { StateGradients } from "../../nn/recurrent/observe.js";
import type { Pass, Results } from "../../nn/recurrent/pass.js";
import { walkBack } from "./graph.js";

/** A forward pass that was recorded. */
export interface Call {
  readonly pass: Pass;
  readonly results: Results;
  readonly node: Node;
}

/**
 * Calls of one module, of which each goes on from the states of the one before: one axis of time. A single call of RNN, LSTM or GRU is one; so is a
 * loop over a cell.
 */
export interface Chain {
  readonly calls: readonly Call[];
  /** The first step of each call, and the number of all steps. */
  readonly starts: readonly number[];
  readonly steps: number;
}

/** The calls as chains, in the order in which these begin. */
export function chainsOf(calls: readonly Call[]): Chain[] {
  const byNode = new Map(calls.map((call, index) => [call.node, index]));
  const next = new Map<number, number>();
  const heads: number[] = [];
  for (const [index, call] of calls.entries()) {
    const before = callBefore(call, index, calls, byNode);
    // Where two calls go on from the same states, the first one does.
    if (before === undefined || next.has(before)) heads.push(index);
    else next.set(before, index);
  }
  return heads.map((head) => {
    const members: Call[] = [];
    for (let at: number | undefined = head; at !== undefined; at = next.get(at)) members.push(calls[at] as Call);
    return makeChain(members);
  });
}

function makeChain(calls: readonly Call[]): Chain {
  let steps = 0;
  const starts = calls.map(({ pass }) => {
    const start = steps;
    steps += pass.layout.steps;
    return start;
  });
  return { calls, starts, steps };
}

/** The latest call of the same module that the initial states were computed from, without another recurrent pass in between. */
function callBefore({ pass }: Call, index: number, calls: readonly Call[], byNode: ReadonlyMap<Node, number>): number | undefined {
  let latest: number | undefined;
  const states = [pass.h0, pass.c0].filter((state) => state !== undefined);
  walkBack(states, (node) => {
    const at = byNode.get(node);
    if (at === undefined) return true;
    if (at < index && calls[at]?.pass.owner === pass.owner) latest = Math.max(latest ?? 0, at);
    return false;
  });
  return latest;
}

/** The steps of a chain in the order in which a direction takes them: the calls one after the other, each in its direction. */
export function walkOf({ calls, starts, steps }: Chain, direction: number): Int32Array {
  const walk = new Int32Array(steps);
  let at = 0;
  for (const [index, { pass }] of calls.entries()) {
    const count = pass.layout.steps;
    const start = starts[index] as number;
    for (let step = 0; step < count; step++) walk[at++] = start + (direction === 0 ? step : count - 1 - step);
  }
  return walk;
}

/** Norms over the steps of a chain: `[run][t]`; zeros where backward did not come by. */
export interface Norms {
  readonly h: readonly Float64Array[];
  /** Empty but for the LSTM. */
  readonly c: readonly Float64Array[];
}

/** Puts together what backward has shown of the calls; undefined if it came by none of them. */
export function normsOf({ calls, starts, steps }: Chain, seen: ReadonlyMap<Pass, StateGradients>): Norms | undefined {
  const { network, cellShape } = (calls[0] as Call).pass;
  const room = () => Array.from({ length: network.runs }, () => new Float64Array(steps));
  const norms = { h: room(), c: cellShape === undefined ? [] : room() };
  let any = false;
  for (const [index, { pass }] of calls.entries()) {
    const gradients = seen.get(pass);
    if (gradients === undefined) continue;
    any = true;
    for (const part of ["h", "c"] as const) {
      for (const [run, values] of norms[part].entries()) values.set(gradients[part][run] as Float64Array, starts[index]);
    }
  }
  return any ? norms : undefined;
}
