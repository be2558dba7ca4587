import type { Gradient } from "../autograd/gradient.js";
import { noGrad, requireNoPromise, requireSynchronous } from "../autograd/mode.js";
import type { Node, Recording } from "../autograd/node.js";
import { setWatcher, type Watcher } from "../autograd/watch.js";
import { foreignHint } from "../copies.js";
import { complaint, OptionError, show } from "../errors.js";
import { Module } from "../nn/module.js";
import { checkOptions } from "../options.js";
import type { Storage } from "../tensor/storage.js";
import type { Tensor } from "../tensor/tensor.js";
import { explainPass } from "./forward.js";
import { explainGradient, explainSum } from "./gradients.js";
import { Names } from "./names.js";
import { anomaly, explainResult, operandsOf } from "./results.js";
import { firstNonFinite, showPlace } from "./values.js";

export interface AnomalyOptions {
  /** Whose parameters are called by their full names in the error: `encoder.rnn.weight_hh_l0` instead of `weight_hh_l0 of LSTM`. @default none */
  readonly model?: Module | undefined;
}

/**
 * Runs `fn`, and throws at the first value or gradient in it that is NaN or infinite: an `AnomalyError` that names the operation, of RNN, LSTM and
 * GRU also layer, direction, time step, batch row (of a packed sequence: longer ones first) and gate; or the parameter or input that was so before.
 *
 * Every result of an operation is looked at, whether it is recorded or not, and every gradient of a `backward()` in `fn`; of what is outside of `fn`
 * nothing is. A NaN is found where it comes to be; `maskedFill` and `where` may write infinities that you pass to them, and what is computed of
 * those may be infinite. Not looked at: `optimizer.step()` (the next forward names the parameter), and `rnn.stream()`.
 *
 * Looking takes its time: use it to find a fault, not in every step. After the error gradients may have got a part of what that backward would have
 * added: call `zeroGrad()`.
 *
 * DIFFERS: PyTorch's `detect_anomaly` looks at gradients alone, only for NaN, and not into a network.
 *
 * @returns what `fn` returns
 * @throws AnomalyError
 * @throws UnrolledError if `fn` is async: what it does after its first `await` would not be looked at
 *
 * @example
 * detectAnomaly(() => {
 *   const [logits] = model.forward(x);
 *   criterion.forward(logits, y).backward();
 * }, { model });
 */
export function detectAnomaly<T>(fn: () => T, options?: AnomalyOptions): T {
  const where = "detectAnomaly";
  const { model } = checkOptions<AnomalyOptions>(where, options, { model: undefined });
  if (model !== undefined && !(model instanceof Module)) {
    throw new OptionError(complaint(where, "model", "a module", show(model), foreignHint(model)));
  }
  requireSynchronous(where, "fn", fn);
  const before = setWatcher(new Detector(new Names(model)));
  try {
    return requireNoPromise(where, "fn", fn());
  } finally {
    setWatcher(before);
  }
}

class Detector implements Watcher {
  readonly #names: Names;
  /** Values that are infinite because the program said so. */
  readonly #allowed = new WeakSet<Storage>();

  constructor(names: Names) {
    this.#names = names;
  }

  computed(outputs: readonly Tensor[], recording: Recording): void {
    for (const output of outputs) {
      const offset = firstNonFinite(output.storage.values());
      if (offset < 0) continue;
      if (this.#isAllowed(output, recording)) this.#allowed.add(output.storage);
      else
        throw this.#unwatched(() => explainPass(outputs, recording, this.#names) ?? explainResult(output, offset, recording, this.#names));
    }
  }

  #isAllowed(output: Tensor, recording: Recording): boolean {
    if (output.storage.values().some(Number.isNaN)) return false;
    const operands = operandsOf(recording, [output]);
    if (operands.some(({ storage }) => this.#allowed.has(storage))) return true;
    // They choose, and compute nothing: what is infinite was one of their arguments.
    const chooses = recording.name === "maskedFill" || recording.name === "where";
    return chooses && operands.every(({ storage }) => firstNonFinite(storage.values()) < 0);
  }

  starts(gradient: Gradient, order: readonly Node[]): void {
    const offset = firstNonFinite(gradient);
    if (offset >= 0) throw anomaly("the gradient that backward was given", `${gradient[offset]} at element ${offset}`);
    for (const node of order) {
      for (const target of node.targets) if (target !== null && "grad" in target) this.#checkBefore(target);
    }
  }

  /** Throws if a leaf has a gradient already, to which this backward would add in vain. */
  #checkBefore(leaf: Tensor): void {
    const values = leaf.grad?.storage.values() ?? [];
    const offset = firstNonFinite(values);
    if (offset < 0) return;
    const place = showPlace(values[offset] as number, offset, leaf.shape);
    const hint = "call zeroGrad(), and detectAnomaly around what made it";
    throw anomaly(`the gradient that ${this.#names.leaf(leaf)} had before this backward`, place, hint);
  }

  arrived(node: Node): void {
    for (const [port, gradient] of node.arrived.entries()) {
      const offset = gradient === null ? -1 : firstNonFinite(gradient);
      if (offset < 0) continue;
      const what = `the sum of the gradients of ${node.arrived.length === 1 ? "the result" : `result ${port}`} of ${node.name}`;
      throw anomaly(what, `${gradient?.[offset]} at element ${offset}`, "each of them is finite");
    }
  }

  gave(node: Node, index: number, gradient: Gradient): void {
    const offset = firstNonFinite(gradient);
    if (offset >= 0) throw this.#unwatched(() => explainGradient(node, index, gradient, offset, this.#names));
  }

  added(node: Node, index: number, sum: Gradient): void {
    const offset = firstNonFinite(sum);
    if (offset >= 0) throw this.#unwatched(() => explainSum(node, index, sum, offset, this.#names));
  }

  /** What looks for the place computes again what it looks at. */
  #unwatched<E>(explain: () => E): E {
    const before = setWatcher(null);
    try {
      return noGrad(explain);
    } finally {
      setWatcher(before);
    }
  }
}
