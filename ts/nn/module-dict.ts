import { complaint, OptionError, show } from "../errors.js";
import { type Members, Module } from "./module.js";
import { requireModule } from "./module-list.js";

/** Modules by name, in the order in which they were added, so that their parameters are found. */
export class ModuleDict<M extends Module = Module> extends Module {
  static override readonly name: string = "ModuleDict";

  readonly #items = new Map<string, M>();

  constructor(modules: Readonly<Record<string, M>> = {}) {
    super();
    for (const [name, module] of Object.entries(modules)) this.set(name, module);
  }

  /** @internal */
  protected override members(): Members {
    return [...this.#items];
  }

  /** How many modules there are. */
  get size(): number {
    return this.#items.size;
  }

  /** The module of that name. */
  get(name: string): M | undefined {
    return this.#items.get(name);
  }

  /** Whether there is a module of that name. */
  has(name: string): boolean {
    return this.#items.has(name);
  }

  /** Adds a module, or replaces the one of that name. */
  set(name: string, module: M): this {
    const where = "ModuleDict.set";
    if (typeof name !== "string" || name === "" || name.includes(".")) {
      throw new OptionError(complaint(where, "name", 'a string that is not empty and has no "."', show(name)));
    }
    requireModule(where, "module", module);
    this.#items.set(name, module);
    return this;
  }

  /** Takes a module out; whether there was one of that name. */
  delete(name: string): boolean {
    return this.#items.delete(name);
  }

  keys(): IterableIterator<string> {
    return this.#items.keys();
  }

  values(): IterableIterator<M> {
    return this.#items.values();
  }

  entries(): IterableIterator<[string, M]> {
    return this.#items.entries();
  }

  [Symbol.iterator](): IterableIterator<[string, M]> {
    return this.#items[Symbol.iterator]();
  }
}
