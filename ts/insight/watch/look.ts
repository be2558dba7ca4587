import type { StateGradients } from "../../nn/recurrent/observe.js";
import type { Pass } from "../../nn/recurrent/pass.js";
import { directions } from "../../nn/recurrent/sizes.js";
import type { Norms } from "../bptt/chains.js";
import { walkOf } from "../bptt/chains.js";
import { Activities, type GateSummary } from "../bptt/gates.js";
import { readsNonFinite } from "../bptt/non-finite.js";
import { type Reach, reachOf, stepsSinceResets, type Thresholds } from "../bptt/reach.js";
import { LoopReach, type PassOf } from "./loop.js";
import { fromLastStep } from "./twin.js";

/** What was seen of one layer and direction in a step of training. */
export interface LayerLook {
  readonly module: string;
  /** `RNN`, `LSTM`, `GRU`, `RNNCell`, `LSTMCell` or `GRUCell`. */
  readonly type: string;
  readonly layer: number;
  readonly direction: "forward" | "reverse";
  /** Steps that gradients went back over: of the longest pass, or of all calls together if each is of one step. */
  readonly steps: number;
  /** ‖∂L/∂h_t‖ at the first and at the last step. */
  readonly first: number;
  readonly last: number;
  /** The largest of them, and its step. */
  readonly largest: number;
  readonly largestAt: number;
  readonly gates: readonly GateSummary[];
  /** Units of relu that have been 0 in this step of training; null for other cells. */
  readonly deadUnits: readonly number[] | null;
  /** How far gradients go back from the last step alone, measured at every tenth look; null in between, and where it cannot be told. */
  readonly reach: Reach | null;
}

/** What is collected of one module in a step of training; numbers, and no tensors. */
export class ModuleLook {
  readonly #module: string;
  #type = "";
  readonly #activities = new Activities();
  /** The norms of each call, the last call first. */
  readonly #norms: Norms[] = [];
  #longest = 0;
  #reaches: Reach[] | null = null;
  readonly #loop: LoopReach;
  #directions = 1;

  readonly #thresholds: Thresholds;

  /** @param passOf which pass an operation was */
  constructor(module: string, thresholds: Thresholds, passOf: PassOf) {
    this.#module = module;
    this.#loop = new LoopReach(passOf);
    this.#thresholds = thresholds;
  }

  /** To be called while backward runs. @param measured whether to go back from the last step alone, too */
  add(gradients: StateGradients, measured: boolean): void {
    const { pass, h, c } = gradients;
    this.#type = pass.name;
    this.#directions = directions(pass.network.sizes);
    this.#activities.add(pass);
    this.#norms.push({ h, c });
    const { steps } = pass.layout;
    if (measured && steps === 1) this.#loop.add(gradients);
    if (steps <= this.#longest) return;
    this.#longest = steps;
    if (measured && steps > 1) this.#reaches = reachesOf(pass, gradients, this.#thresholds);
  }

  finish(): LayerLook[] {
    return this.#activities.summaries.map(({ gates, deadUnits }, run) => {
      const norms = this.#series(run);
      const largestAt = norms.reduce((best, norm, t) => (norm > (norms[best] as number) ? t : best), 0);
      return {
        ...{ module: this.#module, type: this.#type },
        layer: Math.floor(run / this.#directions),
        direction: run % this.#directions === 0 ? "forward" : "reverse",
        ...{ steps: norms.length, first: norms[0] ?? 0, last: norms.at(-1) ?? 0, largest: norms[largestAt] ?? 0, largestAt },
        ...{ gates, deadUnits, reach: this.#longest === 1 ? this.#loop.reach(run, this.#thresholds) : (this.#reaches?.[run] ?? null) },
      };
    });
  }

  /** Over time: of the longest call, or of all if they are of one step. */
  #series(run: number): Float64Array {
    const all = this.#norms.map(({ h }) => h[run] as Float64Array);
    if (this.#longest > 1) return all.find(({ length }) => length === this.#longest) as Float64Array;
    return Float64Array.from(all.reverse().flatMap((each) => [...each]));
  }
}

function reachesOf(pass: Pass, { arrived }: StateGradients, thresholds: Thresholds): Reach[] {
  const norms = fromLastStep(pass, arrived);
  const chain = { calls: [{ pass }], starts: [0], steps: pass.layout.steps };
  const nothing = new Float64Array(chain.steps);
  const finite = !readsNonFinite(pass);
  return Array.from({ length: pass.network.runs }, (_, run) => {
    const direction = run % directions(pass.network.sizes);
    const walk = walkOf(chain, direction);
    const steps = Math.min(chain.steps, stepsSinceResets(chain, direction));
    return reachOf(norms[direction]?.h[run] ?? nothing, walk, steps, thresholds, finite);
  });
}
