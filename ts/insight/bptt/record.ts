import { requireNoPromise, runInMode } from "../../autograd/mode.js";
import { foreignHint } from "../../copies.js";
import { complaint, OptionError, ShapeError, show, showShape, UnrolledError } from "../../errors.js";
import { observePasses, observeStateGradients, type StateGradients } from "../../nn/recurrent/observe.js";
import type { Pass } from "../../nn/recurrent/pass.js";
import { Tensor } from "../../tensor/tensor.js";
import { type Call, type Chain, chainsOf } from "./chains.js";
import { type Seeds, seedsOf } from "./last-step.js";

/** A loss, and the recurrent passes that it was computed by. */
export interface Recorded {
  readonly loss: Tensor;
  readonly calls: readonly Call[];
  readonly chains: readonly Chain[];
}

/** Computes the loss once, and sees what recurrent networks do for it. */
export function record(where: string, fn: () => Tensor): Recorded {
  const calls: Call[] = [];
  let unrecorded = 0;
  const see = (pass: Pass, results: Call["results"]) => {
    const { node } = results.output;
    if (node === null) unrecorded++;
    else calls.push({ pass, results, node });
    // A weight that was computed keeps no gradient by itself.
    for (const parameter of pass.parameters) if (parameter.node !== null) parameter.retainGrad();
  };
  const loss = observePasses(see, () => requireNoPromise(where, "loss", runInMode(true, where, "loss", fn)));
  checkLoss(where, loss);
  if (calls.length === 0) {
    const actual = unrecorded === 0 ? "a function in which none did" : "one in which none was recorded";
    const hint =
      unrecorded === 0
        ? "custom cells made of other operations are not seen"
        : "nothing that they read requires a gradient, or it was inside noGrad";
    throw new UnrolledError(complaint(where, "loss", "a function that runs RNN, LSTM, GRU or one of their cells", actual, hint));
  }
  return { loss, calls, chains: chainsOf(calls) };
}

function checkLoss(where: string, loss: unknown): asserts loss is Tensor {
  if (!(loss instanceof Tensor)) {
    throw new OptionError(
      complaint(where, "loss", "a function that returns a scalar tensor", `one that returns ${show(loss)}`, foreignHint(loss)),
    );
  }
  if (loss.numel() !== 1) {
    throw new ShapeError(complaint(where, "loss()", "a scalar", `shape ${showShape(loss.shape)}`, "reduce it with mean() or sum()"));
  }
  if (!loss.requiresGrad) {
    const hint = "it was computed from no parameter that requires a gradient, or inside noGrad, or is detached";
    throw new UnrolledError(complaint(where, "loss()", "a tensor with a gradient", "one without", hint));
  }
}

/** What the loss's backward has shown. */
export interface Backward {
  readonly seen: ReadonlyMap<Pass, StateGradients>;
  /** What arrives at the last step of a chain, for each direction; not there if nothing does. */
  readonly seeds: ReadonlyMap<Chain, readonly Seeds[]>;
}

/** Backward through the loss, whose graph stays whole. */
export function runBackward({ loss, chains }: Recorded): Backward {
  const lastCalls = new Map(chains.map((chain) => [(chain.calls.at(-1) as Call).pass, chain]));
  const seen = new Map<Pass, StateGradients>();
  const seeds = new Map<Chain, readonly Seeds[]>();
  const see = (gradients: StateGradients) => {
    const { pass } = gradients;
    seen.set(pass, gradients);
    const chain = lastCalls.get(pass);
    if (chain !== undefined) seeds.set(chain, seedsOf(chain.calls.at(-1) as Call, gradients));
  };
  observeStateGradients(see, () => loss.backward(undefined, { retainGraph: true }));
  return { seen, seeds };
}
