import { runInMode } from "../autograd/mode.js";
import { complaint, OptionError, show } from "../errors.js";
import { hold, warnOfUnheld } from "../nn/held.js";
import { clearGrads } from "../nn/module.js";
import { Parameter } from "../nn/parameter.js";
import { checkBoolean, checkNumber, checkOptions, type Options } from "../options.js";
import { isTensor, type Tensor } from "../tensor/tensor.js";
import { withArena } from "../wasm/arena.js";
import { checkSource, namedByPyTorch, optionsOf } from "./load.js";
import { checkGroup, checkParams, type Group, type GroupOptions, groupsOf, type Params } from "./params.js";
import { type OptimizerStateDict, type OptimizerStateSource, packState, type State, unpackState } from "./state.js";

/**
 * The base of all optimizers: groups of parameters, and what is kept for each of them.
 *
 * Parameters without a gradient are left alone. Parameters and state lie in the core, where each step is one pass over them in place.
 */
export abstract class Optimizer<O extends { readonly lr?: number } = { readonly lr?: number }, S extends State = State> {
  /** A literal, because minifiers rename classes. */
  static readonly name: string = "Optimizer";

  /** The groups with their options, which can be changed at any time: `optimizer.paramGroups[0].lr = 0.01`. */
  readonly paramGroups: Group<O>[] = [];
  /** What is kept for each parameter, from its first step on. */
  readonly state: Map<Tensor, S> = new Map();
  /** The options of groups that do not say otherwise. */
  readonly defaults: Required<O>;
  /** @internal Called by every step before it changes anything, with all gradients there. */
  readonly beforeUpdate: Set<() => void> = new Set();
  /** @internal How many steps it has taken: schedulers warn if there was none. */
  stepsTaken = 0;

  /**
   * @param params parameters, or groups `{ params, … }` of them with options of their own
   * @param options of all groups that do not say otherwise
   */
  constructor(params: Params<O>, options?: O) {
    this.defaults = this.#checked(options, this.standard());
    for (const group of groupsOf(this.where(), params)) this.addParamGroup(group);
  }

  /** The name in errors: a literal. */
  protected abstract where(): string;

  /** All options with PyTorch's defaults. */
  protected abstract standard(): Required<O>;

  /** Throws unless all options are in their range. */
  protected abstract check(options: Required<O>): void;

  /** What is kept for a parameter, at first. */
  protected abstract newState(param: Tensor, group: Group<O>): S;

  /** One step of a parameter of `n` values, given where it and its gradient lie in the core. */
  protected abstract update(n: number, param: number, grad: number, state: S, group: Group<O>, tensor: Tensor): void;

  #checked(options: O | undefined, defaults: Required<O>): Required<O> {
    const checked = checkOptions(this.where(), options as Options<Required<O>> | undefined, defaults);
    this.#checkAll(checked);
    return { ...checked };
  }

  #checkAll(options: Required<O>): void {
    checkNumber(this.where(), "lr", options.lr, NOT_NEGATIVE);
    this.check(options);
  }

  /** Adds parameters that are to be optimized, too. */
  addParamGroup(group: GroupOptions<O>): void {
    checkGroup(this.where(), group);
    const { params, ...options } = group;
    const checked = this.#checked(options as unknown as O, this.defaults);
    const taken = new Set<Tensor>(this.paramGroups.flatMap((each) => each.params));
    const own = checkParams(this.where(), params, taken);
    hold(own);
    this.paramGroups.push({ ...checked, params: own } as unknown as Group<O>);
  }

  /**
   * Changes every parameter that has a gradient. Warns once of a parameter that gets gradients and is held by no optimizer.
   *
   * @param closure called first: computes the gradients, also inside `noGrad`, and returns the loss
   * @returns what the closure returns
   * @throws UnrolledError if the closure is async: the step would come before its gradients
   */
  step(): void;
  step<T>(closure: () => T): T;
  step<T>(closure?: () => T): T | undefined {
    const result = closure === undefined ? undefined : this.#run(closure);
    this.#updateAll();
    this.stepsTaken++;
    return result;
  }

  #run<T>(closure: () => T): T {
    const where = `${this.where()}.step`;
    if (typeof closure !== "function") throw new OptionError(complaint(where, "closure", "a function", show(closure)));
    return runInMode(true, where, "closure", closure);
  }

  #updateAll(): void {
    if (this.beforeUpdate.size > 0) for (const see of this.beforeUpdate) see();
    for (const group of this.paramGroups) this.#checkAll(group as unknown as Required<O>);
    warnOfUnheld();
    for (const group of this.paramGroups) {
      for (const param of group.params) {
        if (param instanceof Parameter) this.#updateOne(param, param.gradPointer, group);
        else this.#updateTensor(param, group);
      }
    }
  }

  /** A leaf whose gradient does not lie in the core. */
  #updateTensor(param: Tensor, group: Group<O>): void {
    const { grad } = param;
    if (grad !== null) withArena((arena) => this.#updateOne(param, arena.place(grad.storage), group));
  }

  #updateOne(param: Tensor, grad: number, group: Group<O>): void {
    if (grad === 0) return;
    let state = this.state.get(param);
    if (state === undefined) {
      state = this.newState(param, group);
      this.state.set(param, state);
    }
    const { storage } = param;
    storage.moveToCore();
    this.update(storage.length, storage.pointer, grad, state, group, param);
    storage.version++;
    for (const name in state) {
      const kept = state[name];
      if (isTensor(kept)) kept.storage.version++;
    }
  }

  /**
   * Drops the gradients of all parameters.
   *
   * @param options.setToNone false fills them with zeros instead @default true
   */
  zeroGrad(options?: { readonly setToNone?: boolean }): void {
    const { setToNone } = checkOptions(this.where(), options, { setToNone: true });
    checkBoolean(this.where(), "setToNone", setToNone);
    for (const group of this.paramGroups) clearGrads(group.params, setToNone);
  }

  /** State and groups, in PyTorch's layout and by its names: parameters are numbers. The tensors share their values with the optimizer. */
  stateDict(): OptimizerStateDict {
    const all = this.paramGroups.flatMap((group) => group.params);
    const numbers = new Map(all.map((param, index) => [param, index]));
    const state: OptimizerStateDict["state"] = {};
    for (const [index, param] of all.entries()) {
      const kept = packState(this.state.get(param) ?? {});
      if (Object.keys(kept).length > 0) state[index] = kept;
    }
    const groups = this.paramGroups.map(({ params, ...options }) => {
      return { ...namedByPyTorch(options), params: params.map((param) => numbers.get(param)!) };
    });
    return { state, param_groups: groups };
  }

  /**
   * Takes over state and options that `stateDict()` gave, here or in PyTorch, whose `weight_decay` is `weightDecay` here.
   * What PyTorch's groups have besides, `fused` and its like, is left out.
   *
   * DIFFERS: PyTorch keeps whatever is there, without a check.
   *
   * @throws StateDictError if groups, options, parameters, shapes or values are not those of this optimizer; nothing is changed then
   */
  loadStateDict(stateDict: OptimizerStateSource): void {
    this.prepareLoad(stateDict)();
  }

  /** @internal What errors call it: `optim.Adam`. */
  get typeName(): string {
    return this.where();
  }

  /** @internal Everything of `loadStateDict` that can fail; the result does the rest. */
  prepareLoad(stateDict: OptimizerStateSource): () => void {
    const where = `${this.where()}.loadStateDict`;
    checkSource(where, stateDict, this.paramGroups);
    const groups = this.paramGroups.map((group, index): Group<O> => {
      return { ...group, ...optionsOf(where, stateDict.param_groups[index]!, group) };
    });
    for (const group of groups) this.#checkAll(group as unknown as Required<O>);
    const states = new Map<Tensor, S>();
    for (const [index, group] of groups.entries()) {
      for (const [position, param] of group.params.entries()) {
        const saved = stateDict.state[stateDict.param_groups[index]!.params[position]!];
        if (saved !== undefined) states.set(param, unpackState(where, param, this.newState(param, group), saved));
      }
    }
    return () => {
      this.paramGroups.splice(0, groups.length, ...groups);
      this.state.clear();
      for (const [param, state] of states) this.state.set(param, state);
    };
  }
}

const NOT_NEGATIVE = { min: 0 };
