import { requireSynchronous, runInMode } from "../../autograd/mode.js";
import { foreignHint } from "../../copies.js";
import { complaint, OptionError, show } from "../../errors.js";
import { Module } from "../../nn/module.js";
import { unobserved } from "../../nn/recurrent/observe.js";
import { checkNumber, checkOptions } from "../../options.js";
import type { Tensor } from "../../tensor/tensor.js";
import { drawReport } from "../render/bptt.js";
import { graphOf, KeptGradients } from "./graph.js";
import { jsonOf } from "./json.js";
import { type BpttLayer, layersOf } from "./layers.js";
import { Names } from "./names.js";
import { findInBackward, findInForward, isNonFinite, type NonFinite } from "./non-finite.js";
import { gateGradients, type ParameterGradient, parameterGradients } from "./parameters.js";
import { printReport } from "./print.js";
import { type Backward, type Recorded, record, runBackward } from "./record.js";

export interface BpttOptions {
  /** Gradients have vanished where they are below this many times the last step's. @default 1e-6 */
  readonly vanishing?: number;
  /** Gradients have exploded where they are above this many times the last step's. @default 1e3 */
  readonly exploding?: number;
}

const DEFAULTS: Required<BpttOptions> = { vanishing: 1e-6, exploding: 1e3 };

/** What backpropagation through time does: of every recurrent layer, direction and step, and in words. */
export class BpttReport {
  static readonly name: string = "BpttReport";

  /** The value of the loss. */
  readonly loss: number;
  /** One for each recurrent module, layer and direction, and for each axis of time that it goes over. */
  readonly layers: readonly BpttLayer[];
  /** The gradients of all parameters that want one: of the model, and of recurrent modules outside of it. */
  readonly parameters: readonly ParameterGradient[];
  /** Norm of all of them together. */
  readonly gradientNorm: number;
  /** The first value or gradient inside a recurrent module that is NaN or infinite; null if there is none. */
  readonly anomaly: NonFinite | null;
  /** From where on it calls gradients vanished or exploded. */
  readonly thresholds: Required<BpttOptions>;

  /** @internal Use `bpttReport`. */
  constructor(found: Pick<BpttReport, "loss" | "layers" | "parameters" | "anomaly" | "thresholds">) {
    this.loss = found.loss;
    this.layers = found.layers;
    this.parameters = found.parameters;
    this.gradientNorm = Math.sqrt(found.parameters.reduce((sum, { norm }) => sum + (norm ?? 0) ** 2, 0));
    this.anomaly = found.anomaly;
    this.thresholds = found.thresholds;
  }

  /** All of it as what JSON can hold: arrays of numbers, in which `"NaN"`, `"Infinity"` and `"-Infinity"` are strings. */
  toJSON(): object {
    const { loss, gradientNorm, anomaly, thresholds, layers, parameters } = this;
    return jsonOf({ loss, gradientNorm, anomaly, thresholds, layers, parameters }) as object;
  }

  /** Tables of at most 100 columns, and the verdicts. */
  toString(): string {
    return printReport(this);
  }

  /** Curves and a heat map of the norms over time, how far gradients go back, the gates, and the parameters: an SVG file's text. */
  toSVG(): string {
    return drawReport(this);
  }

  /** @internal What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/**
 * Computes the loss once, goes back through it, and says how gradients fare on their way through time: their norms at every step of every recurrent layer
 * and direction, whether they vanish or explode, what the gates do, and what to try.
 *
 * How far they go back is measured: by a further backward for each direction, from what the loss sends to its last step alone, of the sequences
 * that are longest. Calls of a module that go on from each other's states, as in a loop over a cell, are one axis of time; others are
 * told apart by `call`.
 *
 * Nothing of the training changes: gradients are as they were afterwards, the random generator goes on by what `loss` draws, modules stay in the mode
 * they are in. The graph of the loss is freed, as by `backward`.
 *
 * @param model gives modules and parameters their names; recurrent modules that it does not have are in the report, too
 * @param loss computes a scalar, by at least one pass of RNN, LSTM, GRU or one of their cells
 * @throws UnrolledError if `loss` is async, if what it returns has no gradient, or if no recurrent module runs in it
 * @example
 * console.log(bpttReport(model, () => criterion.forward(model.forward(x), y)));
 */
export function bpttReport(model: Module, loss: () => Tensor, options?: BpttOptions): BpttReport {
  const where = "bpttReport";
  const thresholds = checkOptions<Required<BpttOptions>>(where, options, DEFAULTS);
  checkNumber(where, "vanishing", thresholds.vanishing, { above: 0, below: 1 });
  checkNumber(where, "exploding", thresholds.exploding, { above: 1 });
  if (!(model instanceof Module)) throw new OptionError(complaint(where, "model", "a module", show(model), foreignHint(model)));
  requireSynchronous(where, "loss", loss);
  const gradients = new KeptGradients();
  // Before the loss, in which a program may go back by itself.
  gradients.keep(model.parameters());
  try {
    return unobserved(() => {
      const recorded = record(where, loss);
      // What the loss has sent back by itself is not of this backward.
      gradients.clear();
      return runInMode(true, where, "loss", () => look(recorded, new Names(model), gradients, thresholds));
    });
  } finally {
    gradients.restore();
  }
}

function look(recorded: Recorded, names: Names, gradients: KeptGradients, thresholds: Required<BpttOptions>): BpttReport {
  const { loss, chains, calls } = recorded;
  const { leaves, retained } = graphOf(loss);
  gradients.keep(leaves);
  // Modules without a name are numbered as they run.
  for (const { pass } of calls) names.module(pass);
  try {
    const backward = runBackward(recorded);
    const anomaly = firstNonFinite(recorded, backward, names);
    const parameters = parameterGradients(names, chains);
    const byGate = chains.map(gateGradients);
    const layers = withoutRetaining(retained, () => layersOf(chains, byGate, backward, names, thresholds));
    return new BpttReport({ loss: loss.item(), layers, parameters, anomaly, thresholds });
  } finally {
    for (const { node } of calls) node.free();
  }
}

/** Forward through all calls, then backward. */
function firstNonFinite({ chains }: Recorded, { seen }: Backward, names: Names): NonFinite | null {
  const all = chains.flatMap(({ calls, starts }) => calls.map((call, index) => ({ call, start: starts[index] as number })));
  // The order of the map is that of backward.
  const starts = new Map(all.map(({ call, start }) => [call.pass, start]));
  for (const { call, start } of all) {
    const found = isNonFinite(call.results) ? findInForward(call.pass, names.module(call.pass), start) : undefined;
    if (found !== undefined) return found;
  }
  for (const [pass, gradients] of seen) {
    const found = findInBackward(gradients, names.module(pass), starts.get(pass) ?? 0);
    if (found !== undefined) return found;
  }
  return null;
}

/** What asked for its gradient has that of the loss, and none of what is sent back after it. */
function withoutRetaining<R>(retained: ReadonlySet<Tensor>, fn: () => R): R {
  const kept = Array.from(retained, (tensor) => [tensor, tensor.grad] as const);
  for (const tensor of retained) tensor.grad = null;
  try {
    return fn();
  } finally {
    for (const [tensor, grad] of kept) tensor.grad = grad;
  }
}
