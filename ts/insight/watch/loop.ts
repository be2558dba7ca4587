import type { Node } from "../../autograd/node.js";
import type { StateGradients } from "../../nn/recurrent/observe.js";
import type { Pass } from "../../nn/recurrent/pass.js";
import { walkBack } from "../bptt/graph.js";
import { type Reach, reachOf, type Thresholds } from "../bptt/reach.js";
import { type StepBack, stepBack } from "./twin.js";

/** Which pass an operation was. */
export type PassOf = (node: Node) => Pass | undefined;

/**
 * How far gradients go back through a loop over calls of one step, from the last call alone: each call is gone back through by itself, from what the
 * one after it sends to its states. The norms of the loss's own gradient would not tell: where every step has a part in the loss, one that is large
 * in the first steps and small in the last looks like one that explodes.
 */
export class LoopReach {
  readonly #passOf: PassOf;
  /** `[run]` ‖∂L'/∂h_t‖, the last step first. */
  readonly #norms: number[][] = [];
  #back: StepBack | undefined;
  /** The call to come by next; undefined when there is none any more. */
  #next: Pass | undefined;
  /** Whether something lies between two calls that only the graph knows. */
  #isCut = false;

  constructor(passOf: PassOf) {
    this.#passOf = passOf;
  }

  /** To be called as backward comes by, from the last call to the first; of a second loop nothing is taken. */
  add({ pass, arrived }: StateGradients): void {
    if (this.#back !== undefined && pass !== this.#next) return;
    this.#back = this.#back !== undefined && isNothing(this.#back) ? noneOf(this.#back) : stepBack(pass, this.#back ?? arrived);
    if (this.#back === undefined) return;
    for (const [run, norm] of this.#back.norms.entries()) {
      this.#norms[run] ??= [];
      this.#norms[run].push(norm);
    }
    this.#next = this.#before(pass);
  }

  /** The call of the same module that the states are from. */
  #before({ h0, c0, owner }: Pass): Pass | undefined {
    let before: Pass | undefined;
    const states = [h0, c0].filter((state) => state !== undefined);
    walkBack(states, (node) => {
      const pass = this.#passOf(node);
      if (pass?.owner === owner) {
        before = pass;
        this.#isCut ||= states.some((state) => state.node !== node);
      }
      return pass === undefined;
    });
    return before;
  }

  /** Of a layer and direction; null if it cannot be told. */
  reach(run: number, thresholds: Thresholds): Reach | null {
    const norms = this.#norms[run] ?? [];
    if (norms.length < 2 || this.#isCut || this.#next !== undefined) return null;
    return reachOf(Float64Array.from(norms).reverse(), Int32Array.from(norms.keys()), norms.length, thresholds);
  }
}

/** Of gradients that have become 0 there is nothing more to compute. */
function isNothing({ h, c }: StepBack): boolean {
  return h.every((value) => value === 0) && (c === undefined || c.every((value) => value === 0));
}

function noneOf(back: StepBack): StepBack {
  return { ...back, norms: back.norms.map(() => 0) };
}
