import type { Module } from "../../nn/module.js";
import type { Pass } from "../../nn/recurrent/pass.js";
import type { Tensor } from "../../tensor/tensor.js";

/** What modules and parameters are called in reports: as the model calls them. */
export class Names {
  readonly #paths: ReadonlyMap<object, string>;
  readonly #parameters: ReadonlyMap<Tensor, string>;
  /** Modules that the model does not have, by their names here. */
  readonly #others = new Map<string, WeakRef<object>>();

  constructor(model: Module) {
    this.#paths = new Map(model.namedModules().map(([name, module]) => [module, name]));
    this.#parameters = new Map(model.namedParameters().map(([name, parameter]) => [parameter, name]));
  }

  /** The path in the model, `encoder.rnn`; `LSTM` if it is the model itself, and `LSTM`, `LSTM 2` for those that are not in it. */
  module({ owner, name: type }: Pass): string {
    const path = this.#paths.get(owner);
    if (path !== undefined) return path === "" ? type : path;
    for (let count = 1; ; count++) {
      const name = count === 1 ? type : `${type} ${count}`;
      const holder = this.#others.get(name)?.deref();
      if (holder === undefined) this.#others.set(name, new WeakRef(owner));
      if (holder === undefined || holder === owner) return name;
    }
  }

  /** Whether the model has the module. */
  owns({ owner }: Pass): boolean {
    return this.#paths.has(owner);
  }

  /** The name of a parameter in the model, or of this one in a module. */
  parameter(tensor: Tensor, module: string, slot: string): string {
    return this.#parameters.get(tensor) ?? `${module}.${slot}`;
  }

  /** The parameters of the model. */
  get parameters(): Iterable<readonly [Tensor, string]> {
    return this.#parameters;
  }
}
