import type { GateName } from "../../nn/recurrent/gates.js";
import type { Pass } from "../../nn/recurrent/pass.js";
import { directions } from "../../nn/recurrent/sizes.js";
import { type Call, type Chain, type Norms, normsOf, walkOf } from "./chains.js";
import { Activities, type Activity, type GateSummary, keepingGate, memoryLength } from "./gates.js";
import { normsFromLastStep, type Seeds } from "./last-step.js";
import type { Names } from "./names.js";
import { isNonFinite, readsNonFinite } from "./non-finite.js";
import { reachOf, stepsSinceResets, type Thresholds } from "./reach.js";
import type { Backward } from "./record.js";
import { spectralRadius } from "./spectral-radius.js";
import { type Verdict, verdictOf } from "./verdict.js";

/** A gate: what its values are like, and how large the gradient of its parameters is. */
export interface GateReport extends GateSummary {
  /** Norm of the gradients of its rows of W_ih, W_hh and the biases, over all calls of the module; null if they have none. */
  readonly gradient: number | null;
}

/** One layer and direction of a recurrent module over one axis of time. */
export interface BpttLayer {
  /** The module's path in the model, `encoder.rnn`; its type, `LSTM`, if it is the model itself or not in it. */
  readonly module: string;
  /** `RNN`, `LSTM`, `GRU`, `RNNCell`, `LSTMCell` or `GRUCell`. */
  readonly type: string;
  /** Counts the axes of time that the module goes over: calls that go on from each other's states are one. */
  readonly call: number;
  readonly layer: number;
  readonly direction: "forward" | "reverse";
  /** `T`, of all calls together. */
  readonly steps: number;
  /** Sequences in the batch of the first call. */
  readonly batch: number;
  /** `[T]` ‖∂L/∂h_t‖, Frobenius norm over all sequences that have the step, and all units. */
  readonly h: Float64Array;
  /** `[T]` the same of c_t, also through h_t; null but for the LSTM. */
  readonly c: Float64Array | null;
  /** `[T]` ‖∂L/∂h_t‖ of what arrives at the last step alone, divided by its norm there; null if nothing does. The verdict is read from it. */
  readonly fromLastStep: Float64Array | null;
  readonly gates: readonly GateReport[];
  /** Mean of the gate that keeps the state, f of an LSTM or z of a GRU; null for an RNN. */
  readonly meanKept: number | null;
  /** Steps until 1/e of a state is left by that gate, −1 / ln(mean); null for an RNN. */
  readonly memoryLength: number | null;
  /** Largest |eigenvalue| of W_hh; null but for an RNN. */
  readonly spectralRadius: number | null;
  /** Units of relu that are 0 at every step of every sequence; null for other cells. */
  readonly deadUnits: readonly number[] | null;
  readonly verdict: Verdict;
}

/** What is known of a chain. */
interface Found {
  readonly chain: Chain;
  readonly call: number;
  readonly norms: Norms;
  /** By direction, from its last step. */
  readonly fromLast: readonly (Norms | undefined)[];
  readonly seeds: readonly Seeds[];
  readonly activity: readonly Activity[];
  readonly gradients: readonly ReadonlyMap<GateName, number | null>[];
}

/**
 * All layers and directions of all chains. Going back from their last steps adds to the gradients of leaves: what of these is wanted must be read before.
 *
 * @param gradients of the gates, of each chain
 */
export function layersOf(
  chains: readonly Chain[],
  gradients: readonly Found["gradients"][],
  backward: Backward,
  names: Names,
  thresholds: Thresholds,
): BpttLayer[] {
  const calls = new Map<object, number>();
  return chains.flatMap((chain, index) => {
    const { owner } = firstPass(chain);
    const call = calls.get(owner) ?? 0;
    calls.set(owner, call + 1);
    const seeds = backward.seeds.get(chain) ?? [];
    const activities = new Activities();
    for (const { pass } of chain.calls) activities.add(pass);
    const found: Found = {
      ...{ chain, call, seeds },
      norms: normsOf(chain, backward.seen) ?? noNorms(chain),
      fromLast: seeds.map((each) => (each.norm > 0 && Number.isFinite(each.norm) ? normsFromLastStep(chain, each) : undefined)),
      activity: activities.summaries,
      gradients: gradients[index] as Found["gradients"],
    };
    return Array.from({ length: firstPass(chain).network.runs }, (_, run) => makeLayer(found, run, names, thresholds));
  });
}

function firstPass({ calls }: Chain): Pass {
  return (calls[0] as Call).pass;
}

function noNorms(chain: Chain): Norms {
  const { network, cellShape } = firstPass(chain);
  const room = () => Array.from({ length: network.runs }, () => new Float64Array(chain.steps));
  return { h: room(), c: cellShape === undefined ? [] : room() };
}

function makeLayer(found: Found, run: number, names: Names, thresholds: Thresholds): BpttLayer {
  const { chain, call, norms, activity, gradients } = found;
  const pass = firstPass(chain);
  const { network, layout } = pass;
  const direction = run % directions(network.sizes);
  const { gates, deadUnits } = activity[run] as Activity;
  const kept = keepingGate(gates)?.mean ?? null;
  const own: Omit<BpttLayer, "verdict" | "fromLastStep"> = {
    ...{ module: names.module(pass), type: pass.name, call },
    layer: Math.floor(run / directions(network.sizes)),
    direction: direction === 0 ? "forward" : "reverse",
    ...{ steps: chain.steps, batch: layout.batch },
    ...{ h: norms.h[run] as Float64Array, c: norms.c[run] ?? null },
    gates: gates.map((gate) => ({ ...gate, gradient: gradients[run]?.get(gate.gate) ?? null })),
    ...{ meanKept: kept, memoryLength: kept === null ? null : memoryLength(kept) },
    ...{ spectralRadius: radiusOf(pass, run), deadUnits },
  };
  return { ...own, ...judge(found, run, own, thresholds) };
}

function judge(
  found: Found,
  run: number,
  own: Omit<BpttLayer, "verdict" | "fromLastStep">,
  thresholds: Thresholds,
): Pick<BpttLayer, "verdict" | "fromLastStep"> {
  const { chain, fromLast, seeds } = found;
  const { network } = firstPass(chain);
  const direction = run % directions(network.sizes);
  const walk = walkOf(chain, direction);
  const norms = fromLast[direction];
  const last = walk.at(-1) ?? 0;
  // A loss of the cell state alone sends nothing to the last h.
  const state = norms?.h[run]?.[last] === 0 && norms.c.length > 0 && norms.c[run]?.[last] !== 0 ? "c" : "h";
  const notFinite = seeds[direction] !== undefined && !Number.isFinite(seeds[direction].norm);
  const values = norms?.[state][run] ?? new Float64Array(chain.steps).fill(notFinite ? Number.NaN : 0);
  const finite = !chain.calls.some(({ pass, results }) => isNonFinite(results) || readsNonFinite(pass));
  const reach = reachOf(values, walk, Math.min(walk.length, stepsSinceResets(chain, direction)), thresholds, finite);
  const subject = {
    ...({ cell: network.cell, sizes: network.sizes, direction, state, total: chain.steps } as const),
    ...{ module: own.module, suffix: suffixOf(network, run) },
    ...{ gates: own.gates, deadUnits: own.deadUnits, spectralRadius: own.spectralRadius },
  };
  const first = values[last] as number;
  return {
    fromLastStep: norms === undefined || !(first > 0) ? null : values.map((norm) => norm / first),
    verdict: verdictOf(reach, subject, thresholds),
  };
}

/** `l0`, `l1_reverse`, as the names of the run's parameters end; empty for cells. */
function suffixOf({ slots, runs }: Pass["network"], run: number): string {
  const name = slots[(run * slots.length) / runs]?.name ?? "";
  return name.slice("weight_ih_".length);
}

function radiusOf({ network, parameters }: Pass, run: number): number | null {
  const { cell, sizes, slots, runs } = network;
  if (cell !== "tanh" && cell !== "relu") return null;
  const weight = parameters[(run * slots.length) / runs + 1];
  return weight === undefined ? null : spectralRadius(weight.storage.values(), sizes.hiddenSize);
}
