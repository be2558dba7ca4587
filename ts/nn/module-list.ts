import { foreignHint } from "../copies.js";
import { complaint, OptionError, show } from "../errors.js";
import { type Members, Module } from "./module.js";

/** Throws unless it is a module. */
export function requireModule(where: string, what: string, value: unknown): void {
  if (!(value instanceof Module)) throw new OptionError(complaint(where, what, "a Module", show(value), foreignHint(value)));
}

/**
 * Modules in an array, so that their parameters are found. Their names are "0", "1", …
 *
 * @example
 * class Deep extends nn.Module {
 *   layers = new nn.ModuleList([new nn.Linear(4, 4), new nn.Linear(4, 2)]);
 *   forward(input: Tensor): Tensor {
 *     let x = input;
 *     for (const layer of this.layers) x = layer.forward(x);
 *     return x;
 *   }
 * }
 */
export class ModuleList<M extends Module = Module> extends Module {
  static override readonly name: string = "ModuleList";

  readonly #items: M[] = [];

  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  /** @internal */
  protected override members(): Members {
    return this.#items.map((module, index) => [String(index), module] as const);
  }

  /** How many modules there are. */
  get length(): number {
    return this.#items.length;
  }

  /** The module at an index; a negative one counts from the end. */
  at(index: number): M | undefined {
    return this.#items.at(index);
  }

  /** Adds a module at the end. */
  append(module: M): this {
    requireModule("ModuleList.append", "module", module);
    this.#items.push(module);
    return this;
  }

  /** Adds modules at the end. */
  extend(modules: Iterable<M>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  [Symbol.iterator](): IterableIterator<M> {
    return this.#items[Symbol.iterator]();
  }
}
