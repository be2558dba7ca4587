import { COPY, foreignHint, MODULE } from "../copies.js";
import { complaint, OptionError, show, UnrolledError } from "../errors.js";
import { checkBoolean, checkOptions } from "../options.js";
import { Tensor } from "../tensor/tensor.js";
import { Parameter } from "./parameter.js";
import { checkMemberName, type LoadResult, loadState, type PlainTensor, type StateDict } from "./state-dict.js";

/** Names and values. */
export type Members = readonly (readonly [name: string, value: unknown])[];

/**
 * The base of all networks. What a subclass has as public fields is found: a `Parameter` is one of its parameters, a `Module` one of its
 * children, in the order of the fields. Lists of modules go into `ModuleList` or `ModuleDict`, other tensors into `registerBuffer`.
 *
 * @example
 * class Tagger extends nn.Module {
 *   rnn = new nn.LSTM(8, 16);
 *   head = new nn.Linear(16, 3);
 *   forward(input: Tensor): Tensor {
 *     const [output] = this.rnn.forward(input);
 *     return this.head.forward(output);
 *   }
 * }
 */
export class Module {
  /** What `toString` and errors call it: a literal, because minifiers rename classes. Subclasses have their own names without saying so. */
  static readonly name: string = "Module";

  /** Whether it is being trained, which dropout asks. Set by `train()` and `eval()`. */
  training = true;
  /** The fields that are buffers, and whether state dicts have them. */
  readonly #buffers = new Map<string, boolean>();

  /** Everything that may be a parameter, a buffer or a child, by name: the fields. Containers that hold their modules elsewhere override it. */
  protected members(): Members {
    return Object.entries(this);
  }

  /** The members, none of which another copy of unrolled has made: that would be passed over. */
  #ownMembers(): Members {
    const members = this.members();
    for (const [name, value] of members) {
      const hint = foreignHint(value);
      if (hint === undefined) continue;
      throw new UnrolledError(complaint(this.constructor.name, `"${name}"`, "of the same copy of unrolled", "one of another", hint));
    }
    return members;
  }

  *#parameters(): Iterable<[string, Parameter]> {
    for (const [name, value] of this.#ownMembers()) if (value instanceof Parameter) yield [name, value];
  }

  *#ownBuffers(): Iterable<[string, Tensor]> {
    for (const name of this.#buffers.keys()) {
      const value: unknown = Reflect.get(this, name);
      if (value instanceof Tensor) yield [name, value];
    }
  }

  /** The children, also those that occur twice. */
  *#children(): Iterable<[string, Module]> {
    for (const [name, value] of this.#ownMembers()) if (value instanceof Module) yield [name, value];
  }

  /** Throws if a module is inside itself: walks from parents to children would have no end. DIFFERS: in PyTorch it is a RecursionError. */
  #refuseCycle(where: string, name = "", above: Set<Module> = new Set(), done: Set<Module> = new Set()): void {
    if (done.has(this)) return;
    if (above.has(this)) {
      const hint = "hold what is no child in a #private field";
      throw new UnrolledError(complaint(where, "the modules", "without a cycle", `"${name}", which contains itself`, hint));
    }
    above.add(this);
    for (const [key, child] of this.#children()) child.#refuseCycle(where, join(name, key), above, done);
    above.delete(this);
    done.add(this);
  }

  /** Makes a parameter a field, for names that are only known at run time; null says that there is none of that name. */
  protected registerParameter(name: string, parameter: Parameter | null): void {
    const where = "Module.registerParameter";
    checkMemberName(where, this, name, (current) => current instanceof Parameter);
    if (parameter !== null && !(parameter instanceof Parameter)) {
      throw new OptionError(complaint(where, "parameter", "a Parameter or null", show(parameter), foreignHint(parameter)));
    }
    Reflect.set(this, name, parameter);
  }

  /**
   * Makes a tensor a field that is part of the state dict but is not learned.
   *
   * @param options.persistent whether it is part of the state dict @default true
   */
  registerBuffer(name: string, tensor: Tensor | null, options?: { readonly persistent?: boolean }): void {
    const where = "Module.registerBuffer";
    const { persistent } = checkOptions(where, options, { persistent: true });
    checkBoolean(where, "persistent", persistent);
    checkMemberName(where, this, name, () => this.#buffers.has(name));
    if (tensor !== null && (!(tensor instanceof Tensor) || tensor instanceof Parameter)) {
      throw new OptionError(complaint(where, "tensor", "a tensor that is no Parameter, or null", show(tensor), foreignHint(tensor)));
    }
    this.#buffers.set(name, persistent);
    Reflect.set(this, name, tensor);
  }

  /** The modules directly inside it, each once, with their names. */
  namedChildren(): [string, Module][] {
    return unique(this.#children());
  }

  /** The modules directly inside it, each once. */
  children(): Module[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /** The module itself, named "", and all inside it, each once, with names such as "encoder.rnn". */
  namedModules(): [name: string, module: Module][] {
    const names = new Map<Module, string>();
    const visit = (module: Module, name: string): void => {
      if (names.has(module)) return;
      names.set(module, name);
      for (const [key, child] of module.#children()) visit(child, join(name, key));
    };
    visit(this, "");
    return Array.from(names, ([module, name]) => [name, module]);
  }

  /** The module itself and all inside it, each once. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** All parameters, each once, with the names they have in the state dict. */
  namedParameters(): [name: string, parameter: Parameter][] {
    return unique(this.#everywhere((module) => module.#parameters()));
  }

  /** All parameters, each once: what an optimizer takes. */
  parameters(): Parameter[] {
    const found = new Set<Parameter>();
    this.#collect(found, new Set());
    return [...found];
  }

  /** Without names, because training loops ask for the parameters in every step. */
  #collect(found: Set<Parameter>, visited: Set<Module>): void {
    visited.add(this);
    const members = this.#ownMembers();
    for (const [, value] of members) if (value instanceof Parameter) found.add(value);
    for (const [, value] of members) if (value instanceof Module && !visited.has(value)) value.#collect(found, visited);
  }

  /** All buffers, each once, with the names they have in the state dict. */
  namedBuffers(): [name: string, buffer: Tensor][] {
    return unique(this.#everywhere((module) => module.#ownBuffers()));
  }

  /** All buffers, each once. */
  buffers(): Tensor[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  *#everywhere<T>(own: (module: Module) => Iterable<[string, T]>): Iterable<[string, T]> {
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, value] of own(module)) yield [join(prefix, name), value];
    }
  }

  /** Sets `training` here and in all modules inside. */
  train(mode = true): this {
    checkBoolean("Module.train", "mode", mode);
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** The same as `train(false)`: dropout does nothing any more. */
  eval(): this {
    return this.train(false);
  }

  /** Freezes the parameters (false), or thaws them. */
  requiresGrad_(requiresGrad = true): this {
    checkBoolean("Module.requiresGrad_", "requiresGrad", requiresGrad);
    for (const parameter of this.parameters()) parameter.requiresGrad_(requiresGrad);
    return this;
  }

  /** Calls `fn` with every module inside, the innermost first, and at last with this one. */
  apply(fn: (module: Module) => void): this {
    this.#refuseCycle("Module.apply");
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /**
   * Drops the gradients of all parameters.
   *
   * @param options.setToNone false fills them with zeros instead @default true
   */
  zeroGrad(options?: { readonly setToNone?: boolean }): void {
    const { setToNone } = checkOptions("Module.zeroGrad", options, { setToNone: true });
    clearGrads(this.parameters(), checkBoolean("Module.zeroGrad", "setToNone", setToNone));
  }

  /** The parameters and persistent buffers by name, in PyTorch's order. The tensors share their values with the module. */
  stateDict(): StateDict {
    this.#refuseCycle("Module.stateDict");
    return Object.fromEntries(this.#state("").map(([name, tensor]) => [name, tensor.detach()]));
  }

  /** Own parameters, own buffers, then those of the children; under both names if one is shared. */
  #state(prefix: string): [string, Tensor][] {
    const persistent = [...this.#ownBuffers()].filter(([name]) => this.#buffers.get(name));
    const own = [...this.#parameters(), ...persistent].map(([name, tensor]): [string, Tensor] => [join(prefix, name), tensor]);
    return [...own, ...[...this.#children()].flatMap(([name, child]) => child.#state(join(prefix, name)))];
  }

  /**
   * Copies values into the parameters and buffers of the same names.
   *
   * @param stateDict what `stateDict()` gave, here or in PyTorch: tensors, or plain `{ shape, data }`
   * @param options.strict whether names that are missing or unexpected are an error @default true
   * @throws StateDictError PyTorch's report of what does not fit, wrong shapes also if not strict; nothing is changed then
   */
  loadStateDict(stateDict: Readonly<Record<string, Tensor | PlainTensor>>, options?: { readonly strict?: boolean }): LoadResult {
    const { strict } = checkOptions("Module.loadStateDict", options, { strict: true });
    checkBoolean("Module.loadStateDict", "strict", strict);
    this.#refuseCycle("Module.loadStateDict");
    return loadState(this.constructor.name, this.#state(""), stateDict, strict);
  }

  /** What `toString` shows in the parentheses. */
  protected extraRepr(): string {
    return "";
  }

  /** The module and what is in it, as PyTorch prints it. */
  toString(): string {
    this.#refuseCycle("Module.toString");
    const extra = this.extraRepr();
    const lines = [...this.#children()].map(([name, child]) => `(${name}): ${child.toString()}`.replaceAll("\n", "\n  "));
    if (lines.length === 0) return `${this.constructor.name}(${extra})`;
    return `${this.constructor.name}(\n  ${(extra === "" ? lines : [extra, ...lines]).join("\n  ")}\n)`;
  }

  /** @internal */
  get [MODULE](): object {
    return COPY;
  }

  /** @internal What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Drops the gradients, or fills them with zeros. */
export function clearGrads(tensors: Iterable<Tensor>, setToNone: boolean): void {
  for (const tensor of tensors) {
    if (setToNone) tensor.grad = null;
    else tensor.grad?.zero_();
  }
}

function join(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}.${name}`;
}

/** The pairs whose value comes for the first time. */
function unique<T>(pairs: Iterable<[string, T]>): [string, T][] {
  const seen = new Set<T>();
  return [...pairs].filter(([, value]) => !seen.has(value) && seen.add(value));
}
