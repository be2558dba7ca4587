import { foreignHint } from "../copies.js";
import { complaint, OptionError, show } from "../errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { type Members, Module } from "./module.js";
import type { PackedSequence } from "./utils/rnn/packed-sequence.js";

/** A module that makes one tensor of another. */
export type Layer = Module & { forward(input: Tensor): Tensor };

/**
 * Modules one after the other: the output of each is the input of the next. Their names are "0", "1", …, or the given ones.
 *
 * @example
 * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * const named = new nn.Sequential({ hidden: new nn.Linear(4, 8), act: new nn.Tanh(), head: new nn.Linear(8, 2) });
 */
export class Sequential extends Module {
  static override readonly name: string = "Sequential";

  readonly #layers = new Map<string, Layer>();

  constructor(...layers: readonly Layer[] | readonly [Readonly<Record<string, Layer>>]) {
    super();
    const [first] = layers;
    const named = layers.length === 1 && Object.getPrototypeOf(Object(first)) === Object.prototype;
    for (const [name, layer] of Object.entries<Layer>(named ? (first as Record<string, Layer>) : (layers as readonly Layer[]))) {
      this.#layers.set(name, checkLayer(name, layer));
    }
  }

  /** @internal */
  protected override members(): Members {
    return [...this.#layers];
  }

  /** How many modules there are. */
  get length(): number {
    return this.#layers.size;
  }

  /** The module at an index; a negative one counts from the end. */
  at(index: number): Layer | undefined {
    return [...this.#layers.values()].at(index);
  }

  /** Adds a module at the end, named by its index. */
  append(layer: Layer): this {
    const name = String(this.length);
    this.#layers.set(name, checkLayer(name, layer));
    return this;
  }

  /**
   * Of the input's shape whatever the modules make of it. A packed sequence is handed on as it is: every module must take it, as `Linear`,
   * `Embedding`, `Dropout`, the norms and the activations do.
   */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    let output = input;
    // What a layer takes beside tensors is its own affair: a type cannot say it of all layers.
    for (const layer of this.#layers.values()) output = layer.forward(output as Tensor);
    return output;
  }

  [Symbol.iterator](): IterableIterator<Layer> {
    return this.#layers.values();
  }
}

function checkLayer(name: string, layer: Layer): Layer {
  if (layer instanceof Module && typeof layer.forward === "function") return layer;
  throw new OptionError(complaint("nn.Sequential", `module ${name}`, "a Module with a forward method", show(layer), foreignHint(layer)));
}
