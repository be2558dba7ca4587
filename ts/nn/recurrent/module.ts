import { checkNumber, checkOptions } from "../../options.js";
import { defaultGenerator } from "../../random/generator.js";
import type { Tensor } from "../../tensor/tensor.js";
import { Module } from "../module.js";
import { PackedSequence } from "../utils/rnn/packed-sequence.js";
import { checkInput, checkState, type Input } from "./input.js";
import { Network } from "./network.js";
import { checkParameter, initialParameter, redraw } from "./parameters.js";
import { runPass } from "./pass.js";
import { type Cell, checkSizes, directions, type ParameterSlot, parameterSlots, RECURRENT_DEFAULTS, type Sizes } from "./sizes.js";
import { Stream, type StreamOptions } from "./stream.js";

/** The results of a pass: `output` is packed if the input was. */
export interface RecurrentResults<T extends Tensor | PackedSequence> {
  readonly output: T;
  readonly hn: Tensor;
  readonly cn: Tensor | undefined;
}

/**
 * What RNN, LSTM and GRU share: parameters, initial values, the layout of inputs and states.
 *
 * Parameters are fields with PyTorch's names: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, with `_reverse` for the second direction.
 */
export abstract class RecurrentModule extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  dropout: number;
  readonly bidirectional: boolean;
  readonly projSize: number;
  readonly checkpointEvery: number;
  /** `[G·H, I]` */
  declare weight_ih_l0: Tensor;
  /** `[G·H, Hout]` */
  declare weight_hh_l0: Tensor;
  /** `[G·H]`, unless made without biases */
  declare bias_ih_l0?: Tensor;
  /** `[G·H]`, unless made without biases */
  declare bias_hh_l0?: Tensor;
  /** All parameters, by layer and direction. */
  [parameter: `${"weight_ih" | "weight_hh" | "weight_hr" | "bias_ih" | "bias_hh"}_l${string}`]: Tensor | undefined;
  readonly #name: string;
  /** What errors of a pass call it: made once, because streams ask for the parameters in every step. */
  readonly #forward: string;
  readonly #network: Network;
  readonly #current: Tensor[] = [];

  protected constructor(name: string, cell: Cell, sizes: Sizes) {
    super();
    checkSizes(`nn.${name}`, sizes);
    this.#name = name;
    this.#forward = `${name}.forward`;
    this.inputSize = sizes.inputSize;
    this.hiddenSize = sizes.hiddenSize;
    this.numLayers = sizes.numLayers;
    this.bias = sizes.bias;
    this.batchFirst = sizes.batchFirst;
    this.dropout = sizes.dropout;
    this.bidirectional = sizes.bidirectional;
    this.projSize = sizes.projSize;
    this.checkpointEvery = sizes.checkpointEvery;
    const slots = parameterSlots(cell, sizes);
    for (const slot of slots) this.registerParameter(slot.name, initialParameter(`nn.${name}`, slot.shape, sizes.hiddenSize));
    this.#network = new Network(cell, sizes, slots);
  }

  /** Draws all parameters anew from U(−1/√H, 1/√H), as the constructor did. */
  resetParameters(): void {
    for (const parameter of this.#parametersInOrder()) redraw(parameter, this.hiddenSize);
  }

  /** Forward through all layers and steps. */
  protected run<T extends Tensor | PackedSequence>(input: T, h0: Tensor | undefined, c0: Tensor | undefined): RecurrentResults<T> {
    const where = this.#forward;
    const checked = checkInput(where, input, this.#network.sizes);
    const { layout } = checked;
    const stateShape = this.#stateShape(checked, this.#network.output);
    const cellShape = this.#name === "LSTM" ? this.#stateShape(checked, this.hiddenSize) : undefined;
    if (h0 !== undefined) checkState(where, cellShape === undefined ? "h0" : "state[0]", h0, stateShape);
    if (c0 !== undefined && cellShape !== undefined) checkState(where, "state[1]", c0, cellShape);
    const order = input instanceof PackedSequence ? input : undefined;
    const results = runPass({
      name: this.#name,
      network: this.#network,
      parameters: this.#parametersInOrder().slice(),
      layout,
      input: checked.data,
      h0: order === undefined ? h0 : order.sortState(h0),
      c0: order === undefined ? c0 : order.sortState(c0),
      dropout: this.#drawDropout(),
      outputShape: [...checked.data.shape.slice(0, -1), directions(this.#network.sizes) * this.#network.output],
      stateShape,
      cellShape,
    });
    if (order === undefined) return results as RecurrentResults<T>;
    return {
      output: order.withData(results.output) as T,
      hn: order.unsortState(results.hn),
      cn: results.cn === undefined ? undefined : order.unsortState(results.cn),
    };
  }

  /** The module fed step by step; `S` is its kind of state. */
  protected streamOf<S>(options: StreamOptions | undefined): Stream<S> {
    const { batch } = checkOptions(`${this.#name}.stream`, options, { batch: 1 });
    return new Stream<S>(this.#name, this.#network, () => this.#parametersInOrder(), this.#name === "LSTM", batch);
  }

  #stateShape({ layout, batched }: Input, size: number): readonly number[] {
    return batched ? [this.#network.runs, layout.batch, size] : [this.#network.runs, size];
  }

  /** A fresh mask for each layer but the last: one draw of the generator names it. */
  #drawDropout(): { readonly p: number; readonly seeds: Int32Array } | undefined {
    // It may have been set since the constructor checked it.
    checkNumber(this.#name, "dropout", this.dropout, { min: 0, max: 1 });
    if (!this.training || this.dropout === 0 || this.numLayers === 1) return undefined;
    const generator = defaultGenerator();
    return { p: this.dropout, seeds: Int32Array.from({ length: this.numLayers - 1 }, () => generator.draw()) };
  }

  /** The parameters, in an array that the next call writes again. */
  #parametersInOrder(): readonly Tensor[] {
    const { slots } = this.#network;
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index] as ParameterSlot;
      this.#current[index] = checkParameter(this.#forward, slot, this[slot.name as "weight_ih_l0"]);
    }
    return this.#current;
  }

  /** The sizes, and what is not the default, as PyTorch prints it. */
  protected override extraRepr(): string {
    const { inputSize, hiddenSize, projSize, numLayers, bias, batchFirst, dropout, bidirectional, checkpointEvery } = this;
    const others = { projSize, numLayers, bias, batchFirst, dropout, bidirectional, checkpointEvery };
    const defaults: typeof others = { ...RECURRENT_DEFAULTS, projSize: 0 };
    const changed = Object.entries(others).filter(([name, value]) => value !== defaults[name as keyof typeof defaults]);
    return [inputSize, hiddenSize, ...changed.map(([name, value]) => `${name}=${value}`)].join(", ");
  }
}
