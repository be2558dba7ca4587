import { complaint, OptionError, ShapeError, show } from "../../errors.js";
import { checkInteger } from "../../options.js";
import { makeTensor, type Tensor } from "../../tensor/tensor.js";
import { core } from "../../wasm/core.js";
import { allocate, type Block, heapF32, heapI32 } from "../../wasm/memory.js";
import { checkState } from "./input.js";
import type { Network } from "./network.js";

export interface StreamOptions {
  /** How many sequences go side by side. @default 1 */
  readonly batch?: number;
}

/** Floats at a fixed place in the core. The view is made anew only when the memory has grown. */
class Region {
  readonly length: number;
  readonly #block: Block;
  #view = new Float32Array(0);

  constructor(length: number) {
    this.length = length;
    this.#block = allocate(4 * length);
    this.values().fill(0);
  }

  get pointer(): number {
    return this.#block.pointer;
  }

  values(): Float32Array {
    // A buffer that has grown leaves views of length 0 behind.
    if (this.#view.length === 0) this.#view = heapF32().subarray(this.pointer >>> 2, (this.pointer >>> 2) + this.length);
    return this.#view;
  }
}

/**
 * A recurrent module that is fed step by step, for live input: it keeps the state, works on plain arrays, records nothing, applies no dropout, and
 * allocates nothing per step. Made by `rnn.stream()`. Weights that have changed are seen by the next step.
 *
 * @typeParam S the module's state: a tensor, or an LSTM's `[h, c]`
 */
export class Stream<S> {
  /** A literal, because minifiers rename classes. */
  static readonly name: string = "Stream";

  /** Sequences side by side. */
  readonly batch: number;
  readonly #where: string;
  readonly #network: Network;
  readonly #parameters: () => readonly Tensor[];
  readonly #x: Region;
  readonly #y: Region;
  /** The state, and where the next one goes; they change places at each step. */
  #h: [Region, Region];
  #c: [Region, Region] | undefined;
  readonly #offsets: Block;
  readonly #scratch: Region;
  readonly #own: Float32Array;

  /** @internal Use `rnn.stream()`. */
  constructor(name: string, network: Network, parameters: () => readonly Tensor[], hasCell: boolean, batch: number) {
    const where = `${name}.stream`;
    this.batch = checkInteger(where, "batch", batch, { min: 1 });
    if (network.sizes.bidirectional) {
      throw new OptionError(
        complaint(where, "the module", "of one direction", "a bidirectional one", "the reverse direction begins at the end"),
      );
    }
    const { inputSize, hiddenSize, numLayers } = network.sizes;
    this.#where = where;
    this.#network = network;
    this.#parameters = parameters;
    const regions = (length: number): [Region, Region] => [new Region(length), new Region(length)];
    this.#x = new Region(batch * inputSize);
    this.#y = new Region(batch * network.output);
    this.#h = regions(numLayers * batch * network.output);
    this.#c = hasCell ? regions(numLayers * batch * hiddenSize) : undefined;
    this.#offsets = allocate(8);
    heapI32().set([0, batch], this.#offsets.pointer >>> 2);
    this.#scratch = new Region(core().network_forward_scratch(network.handle, batch, batch, 0, 0));
    this.#own = new Float32Array(batch * network.output);
  }

  /**
   * One time step.
   *
   * @param x `[N·I]` the inputs, one sequence after the other
   * @param out `[N·Hout]` where the outputs of the last layer go; if left out, an array of the stream's own, which the next step overwrites
   * @returns `out`
   */
  step(x: Float32Array, out: Float32Array = this.#own): Float32Array {
    if (!(x instanceof Float32Array) || x.length !== this.#x.length) throw this.#wrong("x", "batch · inputSize", this.#x.length, x);
    if (!(out instanceof Float32Array) || out.length !== this.#y.length)
      throw this.#wrong("out", "batch · output size", this.#y.length, out);
    const packed = this.#network.packed(this.#parameters());
    this.#x.values().set(x);
    const [h, nextH] = this.#h;
    const cell = this.#c;
    core().network_forward(
      this.#network.handle,
      packed,
      this.#offsets.pointer,
      1,
      this.batch,
      this.#x.pointer,
      h.pointer,
      cell === undefined ? 0 : cell[0].pointer,
      0,
      this.#y.pointer,
      nextH.pointer,
      cell === undefined ? 0 : cell[1].pointer,
      0,
      this.#scratch.pointer,
    );
    swap(this.#h);
    if (cell !== undefined) swap(cell);
    out.set(this.#y.values());
    return out;
  }

  #wrong(what: string, sizes: string, length: number, actual: unknown): ShapeError {
    const got = actual instanceof Float32Array ? `one of length ${actual.length}` : show(actual);
    return new ShapeError(complaint(`${this.#where}.step`, what, `a Float32Array of length ${length} (${sizes})`, got));
  }

  /** The state after the last step, `[L, N, Hout]`, or an LSTM's `[h, c]`: copies. Setting it goes on from there. */
  get state(): S {
    const { numLayers, hiddenSize } = this.#network.sizes;
    const h = makeTensor(this.#h[0].values().slice(), [numLayers, this.batch, this.#network.output]);
    if (this.#c === undefined) return h as S;
    return [h, makeTensor(this.#c[0].values().slice(), [numLayers, this.batch, hiddenSize])] as S;
  }

  set state(state: S) {
    const { numLayers, hiddenSize } = this.#network.sizes;
    const [h, c] = (this.#c === undefined ? [state] : state) as readonly [Tensor, Tensor?];
    checkState(this.#where, this.#c === undefined ? "state" : "state[0]", h, [numLayers, this.batch, this.#network.output]);
    if (this.#c !== undefined) checkState(this.#where, "state[1]", c as Tensor, [numLayers, this.batch, hiddenSize]);
    this.#h[0].values().set(h.storage.values());
    this.#c?.[0].values().set((c as Tensor).storage.values());
  }

  /** Sets the states of some sequences to zero, or of all. */
  reset(indices: readonly number[] = Array.from({ length: this.batch }, (_, n) => n)): void {
    for (const n of indices) checkInteger(`${this.#where}.reset`, "an index", n, { min: 0, max: this.batch - 1 });
    const { numLayers } = this.#network.sizes;
    for (const region of this.#c === undefined ? [this.#h[0]] : [this.#h[0], this.#c[0]]) {
      const size = region.length / numLayers / this.batch;
      for (let layer = 0; layer < numLayers; layer++) {
        for (const n of indices) region.values().fill(0, (layer * this.batch + n) * size, (layer * this.batch + n + 1) * size);
      }
    }
  }
}

function swap<T>(pair: [T, T]): void {
  const [first] = pair;
  pair[0] = pair[1];
  pair[1] = first;
}
