import { valuesOf } from "../../autograd/gradient.js";
import { runInMode } from "../../autograd/mode.js";
import { observeStateGradients, type StateGradients, unobserved } from "../../nn/recurrent/observe.js";
import { type Pass, runPass } from "../../nn/recurrent/pass.js";
import { newFloats } from "../../tensor/dtype.js";
import { sizeOf } from "../../tensor/shape.js";
import { makeTensor, type Tensor } from "../../tensor/tensor.js";
import type { Call, Chain, Norms } from "../bptt/chains.js";
import { normsFromLastStep, seedsOf } from "../bptt/last-step.js";

/**
 * For each direction the norms of a backward from its last step alone; undefined where nothing arrives at it. The pass is made again by itself, with
 * the same masks: no gradient of the program is touched, and it may be called while backward runs.
 */
export function fromLastStep(pass: Pass, arrived: StateGradients["arrived"]): (Norms | undefined)[] {
  return unseen(() => {
    const call = again(pass);
    const chain: Chain = { calls: [call], starts: [0], steps: pass.layout.steps };
    const seeds = seedsOf(call, { pass: call.pass, arrived, h: [], c: [] });
    return seeds.map((each) => (each.norm > 0 && Number.isFinite(each.norm) ? normsFromLastStep(chain, each) : undefined));
  });
}

/** What a pass of one step sends back to its initial states. */
export interface StepBack {
  /** `[run]` ‖∂L/∂h‖ of what it was sent. */
  readonly norms: readonly number[];
  readonly h: Float32Array;
  readonly c: Float32Array | undefined;
}

/**
 * Goes back through a pass of one step by itself: from all that has arrived at its results, scaled to a norm of 1, or from what the pass after it has
 * sent back. Undefined if that is nothing, or not finite.
 */
export function stepBack(pass: Pass, from: StateGradients["arrived"] | StepBack): StepBack | undefined {
  return unseen(() => {
    const call = again(pass);
    const { results } = call;
    const arrived = "norms" in from ? [null, from.h, from.c ?? null] : scaledToOne(from);
    const terms = [results.output, results.hn, results.cn].flatMap((result, index) => {
      const gradient = arrived[index];
      return result && gradient ? [result.mul(makeTensor(gradient, result.shape)).sum()] : [];
    });
    if (terms.length === 0) return undefined;
    let norms: number[] = [];
    observeStateGradients(
      ({ h }) => {
        norms = h.map((each) => each[0] as number);
      },
      () => terms.reduce((a, b) => a.add(b)).backward(),
    );
    const { h0, c0 } = call.pass;
    return { norms, h: gradientOf(h0 as Tensor), c: c0 && gradientOf(c0) };
  });
}

function gradientOf(state: Tensor): Float32Array {
  return (state.grad?.storage.values() ?? newFloats(state.numel())) as Float32Array;
}

/** Gradients are linear in these: so float32 has all of its range for how they grow or shrink. */
function scaledToOne(arrived: StateGradients["arrived"]): (Float32Array | null)[] {
  const all = arrived.map((gradient) => gradient && valuesOf(gradient));
  const norm = Math.sqrt(all.reduce((sum, values) => sum + (values?.reduce((squares, value) => squares + value ** 2, 0) ?? 0), 0));
  if (!(norm > 0) || !Number.isFinite(norm)) return [];
  return all.map((values) => values && newFloats(values.length).map((_, at) => (values[at] as number) / norm));
}

/** The norms of the states' gradients, from those that arrive at the results of a pass: of one whose backward nobody looked at. */
export function normsOfArrived(pass: Pass, arrived: StateGradients["arrived"]): StateGradients | undefined {
  return unseen(() => {
    const { results } = again(pass);
    const all = [results.output, results.hn, results.cn, ...(results.states?.h ?? []), ...(results.states?.c ?? [])];
    const terms = all
      .filter((result) => result !== undefined)
      .flatMap((result, index) => {
        const gradient = arrived[index];
        return gradient ? [result.mul(makeTensor(newFloats(valuesOf(gradient)), result.shape)).sum()] : [];
      });
    let seen: StateGradients | undefined;
    const see = (gradients: StateGradients) => {
      seen = gradients;
    };
    if (terms.length > 0) observeStateGradients(see, () => terms.reduce((a, b) => a.add(b)).backward());
    return seen && { ...seen, pass, arrived };
  });
}

/** Computes with gradients what no observer sees. */
function unseen<R>(fn: () => R): R {
  return unobserved(() => runInMode(true, "watch", "step", fn));
}

/** The pass with an initial state of its own, which is all that wants a gradient. */
function again(pass: Pass): Call {
  const own = (state: Tensor | undefined, shape: readonly number[]) => {
    return (state?.detach() ?? makeTensor(newFloats(sizeOf(shape)), shape)).requiresGrad_();
  };
  const twin: Pass = {
    ...pass,
    input: pass.input.detach(),
    parameters: pass.parameters.map((parameter) => parameter.detach()),
    h0: own(pass.h0, pass.stateShape),
    c0: pass.cellShape && own(pass.c0, pass.cellShape),
  };
  const results = runPass(twin);
  return { pass: twin, results, node: results.output.node as Call["node"] };
}
