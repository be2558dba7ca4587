import type { Node } from "../../autograd/node.js";
import { foreignHint } from "../../copies.js";
import { complaint, OptionError, show } from "../../errors.js";
import { Module } from "../../nn/module.js";
import { backwards, type Observers, passes, type StateGradients, stateGradients } from "../../nn/recurrent/observe.js";
import type { Pass, Results } from "../../nn/recurrent/pass.js";
import { Optimizer } from "../../optim/optimizer.js";
import { checkInteger, checkNumber, checkOptions } from "../../options.js";
import { jsonOf } from "../bptt/json.js";
import { Names } from "../bptt/names.js";
import { endsNonFinite, findInBackward, findInForward, type NonFinite } from "../bptt/non-finite.js";
import { drawWatch } from "../render/watch.js";
import { type Alert, Alerts, DeadUnits, judgeReach, Spikes } from "./alerts.js";
import { biasesNonFinite, firstNonFiniteParameter, gradientNorm } from "./gradients.js";
import { type LayerLook, ModuleLook } from "./look.js";
import { printWatch } from "./print.js";
import { normsOfArrived } from "./twin.js";

export interface WatchOptions {
  /** Steps of the optimizer from one look to the next. In between only NaN, infinities and the norm of all gradients are looked for. @default 10 */
  readonly every?: number;
  /** Called when something comes to be amiss, and again after it was in order. @default prints the first of each kind with console.warn */
  readonly onAlert?: (alert: Alert) => void;
  /** Gradients have vanished where they are below this many times the last step's. @default 1e-6 */
  readonly vanishing?: number;
  /** Gradients have exploded where they are above this many times the last step's, or what their norm was before. @default 1e3 */
  readonly exploding?: number;
  /** Looks that are kept: the latest. @default 1000 */
  readonly history?: number;
}

/** One look at a step of training. */
export interface Look {
  /** The step of the optimizer, counted from 1, since `watch`. */
  readonly step: number;
  /** Norm of all gradients that the optimizer gets. */
  readonly gradientNorm: number;
  readonly layers: readonly LayerLook[];
}

/** How far gradients go back is measured at every so many looks: it costs about as much as a step of training. */
const MEASURED = 10;

/** Watches training; made by `watch`. */
export class Watch {
  static readonly name: string = "Watch";

  readonly #names: Names;
  readonly #optimizer: Optimizer;
  readonly #options: Required<WatchOptions>;
  readonly #alerts: Alerts;
  readonly #dead = new DeadUnits();
  readonly #spikes = new Spikes();
  readonly #history: Look[] = [];
  /** What is seen of the modules in this step; null unless it is looked at. */
  #modules: Map<object, ModuleLook> | null = null;
  /** Time steps of this step of training that loops over cells have come to. */
  readonly #times = new Map<object, number>();
  /** Which pass an operation was: it goes when that goes. */
  readonly #recorded = new WeakMap<Node, Pass>();
  #steps = 0;
  #looks = 0;
  #leave: (() => void)[] = [];
  #leaveLook: (() => void) | null = null;

  /** @internal Use `watch`. */
  constructor(model: Module, optimizer: Optimizer, options: Required<WatchOptions>) {
    this.#names = new Names(model);
    this.#optimizer = optimizer;
    this.#options = options;
    this.#alerts = new Alerts(options.onAlert);
    const onStep = () => this.#onStep();
    optimizer.beforeUpdate.add(onStep);
    this.#leave = [
      () => optimizer.beforeUpdate.delete(onStep),
      this.#observe(passes, Watch.#seePass),
      this.#observe(backwards, Watch.#seeBackward),
    ];
    this.#startLook();
  }

  // Not made in the constructor: functions that are made there hold the watch, if one of them does.
  static readonly #seePass = (watch: Watch, pass: Pass, results: Results): void => watch.#onPass(pass, results);
  static readonly #seeBackward = (watch: Watch, pass: Pass, arrived: StateGradients["arrived"]): void => watch.#onBackward(pass, arrived);
  static readonly #seeGradients = (watch: Watch, gradients: StateGradients): void => watch.#onGradients(gradients);

  /** Sees for as long as the watch lives: who drops model and optimizer has dropped it, too. */
  #observe<T extends readonly unknown[]>(observers: Observers<T>, call: (watch: Watch, ...what: T) => void): () => void {
    const self = new WeakRef(this);
    const see = (...what: T) => {
      const watch = self.deref();
      if (watch === undefined) observers.remove(see);
      else call(watch, ...what);
    };
    observers.add(see);
    return () => observers.remove(see);
  }

  #startLook(): void {
    this.#modules = new Map();
    this.#leaveLook = this.#observe(stateGradients, Watch.#seeGradients);
  }

  #onPass(pass: Pass, results: Results): void {
    if (results.output.node === null || !this.#names.owns(pass)) return;
    const start = this.#times.get(pass.owner) ?? 0;
    if (pass.layout.steps === 1) this.#times.set(pass.owner, start + 1);
    this.#recorded.set(results.output.node, pass);
    if (!endsNonFinite(results) || this.#alerts.isActive("non-finite")) return;
    const module = this.#names.module(pass);
    const found = findInForward(pass, module, pass.layout.steps === 1 ? start : 0);
    this.#alertNonFinite(found ?? { text: `what ${module} gives is not finite` });
  }

  #onBackward(pass: Pass, arrived: StateGradients["arrived"]): void {
    if (!this.#names.owns(pass)) return;
    const single = pass.layout.steps === 1;
    const start = single ? Math.max((this.#times.get(pass.owner) ?? 1) - 1, 0) : 0;
    // Backward takes a loop over cells from its last call to its first.
    if (single) this.#times.set(pass.owner, start);
    if (this.#alerts.isActive("non-finite") || !biasesNonFinite(pass)) return;
    const module = this.#names.module(pass);
    const gradients = normsOfArrived(pass, arrived);
    const found = gradients && findInBackward(gradients, module, start);
    this.#alertNonFinite(found ?? { text: `the gradient of a parameter of ${module} is not finite` });
  }

  #alertNonFinite(found: Partial<NonFinite> & Pick<NonFinite, "text">): void {
    const { module = null, layer = null, direction = null, gate = null, step = null, text } = found;
    this.#alerts.raise(this.#steps + 1, { kind: "non-finite", module, layer, direction, gate, time: step, text });
  }

  #onGradients(gradients: StateGradients): void {
    const { pass } = gradients;
    if (!this.#names.owns(pass) || this.#modules === null) return;
    let look = this.#modules.get(pass.owner);
    if (look === undefined) {
      look = new ModuleLook(this.#names.module(pass), this.#options, (node) => this.#recorded.get(node));
      this.#modules.set(pass.owner, look);
    }
    look.add(gradients, this.#looks % MEASURED === 0);
  }

  #onStep(): void {
    this.#steps++;
    this.#times.clear();
    const norm = gradientNorm(this.#optimizer);
    if (Number.isFinite(norm)) {
      // A forward that was not finite shows in gradients, unless nothing of it has reached any.
      this.#alerts.clearAll("non-finite");
      this.#spikes.judge(this.#alerts, this.#steps, norm, this.#options.exploding);
    } else this.#alertParameter();
    if (this.#modules !== null) this.#finishLook(norm);
    if (this.#steps % this.#options.every === 0 && this.#modules === null && this.#leave.length > 0) this.#startLook();
  }

  #alertParameter(): void {
    if (this.#alerts.isActive("non-finite")) return;
    const name = firstNonFiniteParameter(this.#optimizer, this.#names);
    const complaint = { kind: "non-finite", module: name, layer: null, direction: null, gate: null, time: null } as const;
    this.#alerts.raise(this.#steps, { ...complaint, text: `the gradient of parameter ${name} is not finite` });
  }

  #finishLook(norm: number): void {
    const layers = [...(this.#modules?.values() ?? [])].flatMap((look) => look.finish());
    // A step without any gradient of a recurrent module is no look: the next one is.
    if (layers.length === 0) return;
    this.#endLook();
    this.#looks++;
    this.#history.push({ step: this.#steps, gradientNorm: norm, layers });
    if (this.#history.length > this.#options.history) this.#history.shift();
    for (const look of layers) {
      // What is not finite neither vanishes nor explodes.
      if (!this.#alerts.isActive("non-finite")) judgeReach(this.#alerts, this.#steps, look);
      this.#dead.judge(this.#alerts, this.#steps, look);
    }
  }

  #endLook(): void {
    this.#modules = null;
    this.#leaveLook?.();
    this.#leaveLook = null;
  }

  /** The looks, oldest first. */
  get history(): readonly Look[] {
    return this.#history;
  }

  /** What was amiss, oldest first. */
  get alerts(): readonly Alert[] {
    return this.#alerts.all;
  }

  /** Steps of the optimizer since `watch`. */
  get steps(): number {
    return this.#steps;
  }

  /** Ends it: nothing of it is left in model and optimizer. What it has seen stays. */
  stop(): void {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.#endLook();
  }

  /** All of it as what JSON can hold; numbers that are not finite are strings. */
  toJSON(): object {
    const { steps, alerts, history } = this;
    return jsonOf({ steps, alerts, history }) as object;
  }

  /** The latest look as a table of at most 100 columns, and the alerts. */
  toString(): string {
    return printWatch(this);
  }

  /** Curves of the gradients over training, with the alerts, and a map of saturated gates: an SVG file's text. */
  toSVG(): string {
    return drawWatch(this);
  }

  /** @internal What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Prints the first alert of each kind. */
function warnOnce(): (alert: Alert) => void {
  const warned = new Set<string>();
  return ({ kind, step, text }) => {
    if (warned.has(kind)) return;
    warned.add(kind);
    console.warn(`unrolled: at step ${step} of training ${text}`);
  };
}

/**
 * Watches training from now on: at every tenth step how large the gradients of the states of all recurrent layers are, and what the gates do; at every hundredth
 * also how far gradients go back; at every step whether all is finite. Tells of gradients that explode or vanish, of units of relu that die, and of what is not finite, with
 * module, layer, direction, gate and time step.
 *
 * It changes nothing: the training goes to the same bits. It keeps numbers and no tensors.
 *
 * @param model whose recurrent modules are looked at: those that it has now
 * @param optimizer whose steps are counted
 * @example
 * const watcher = watch(model, optimizer);
 * // … the training loop, as it is …
 * console.log(watcher);
 * watcher.stop();
 */
export function watch(model: Module, optimizer: Optimizer, options?: WatchOptions): Watch {
  const where = "watch";
  const defaults = { every: 10, onAlert: warnOnce(), vanishing: 1e-6, exploding: 1e3, history: 1000 };
  const checked = checkOptions<Required<WatchOptions>>(where, options, defaults);
  if (!(model instanceof Module)) throw new OptionError(complaint(where, "model", "a module", show(model), foreignHint(model)));
  if (!(optimizer instanceof Optimizer)) throw new OptionError(complaint(where, "optimizer", "an optimizer", show(optimizer)));
  checkInteger(where, "every", checked.every, { min: 1 });
  checkInteger(where, "history", checked.history, { min: 1 });
  checkNumber(where, "vanishing", checked.vanishing, { above: 0, below: 1 });
  checkNumber(where, "exploding", checked.exploding, { above: 1 });
  if (typeof checked.onAlert !== "function") throw new OptionError(complaint(where, "onAlert", "a function", show(checked.onAlert)));
  return new Watch(model, optimizer, checked);
}
