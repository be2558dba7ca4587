import { checkNumber, checkOptions } from "../../options.js";
import { defaultGenerator } from "../../random/generator.js";
import type { Tensor } from "../../tensor/tensor.js";
import { Module } from "../module.js";
import { PackedSequence } from "../utils/rnn/packed-sequence.js";
import { checkExtras, type ForwardOptions, type Like, type LSTMStates } from "./extras.js";
import { checkInput, checkState, type Input } from "./input.js";
import { Network } from "./network.js";
import { checkParameter, initialParameter, redraw } from "./parameters.js";
import { type Masks, runPass } from "./pass.js";
import { type Cell, checkSizes, directions, type ParameterSlot, parameterSlots, RECURRENT_DEFAULTS, type Sizes } from "./sizes.js";
import { Stream, type StreamOptions } from "./stream.js";

/** The results of a pass: `output` is packed if the input was. */
export interface RecurrentResults<T extends Tensor | PackedSequence> {
  readonly output: Like<T>;
  readonly hn: Tensor;
  readonly cn: Tensor | undefined;
  /** If they were asked for; `c` is empty but for the LSTM. */
  readonly states: LSTMStates<T> | undefined;
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
  readonly layerNorm: boolean;
  recurrentDropout: number;
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
  [parameter: `${"weight_ih" | "weight_hh" | "weight_hr" | "bias_ih" | "bias_hh" | "norm_ih" | "norm_hh" | "norm_c" | "norm_c_bias"}_l${string}`]:
    | Tensor
    | undefined;
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
    this.layerNorm = sizes.layerNorm;
    this.recurrentDropout = sizes.recurrentDropout;
    this.checkpointEvery = sizes.checkpointEvery;
    const slots = parameterSlots(cell, sizes);
    for (const slot of slots) this.registerParameter(slot.name, initialParameter(`nn.${name}`, slot, sizes.hiddenSize));
    this.#network = new Network(cell, sizes, slots);
  }

  /** Draws all parameters anew from U(−1/√H, 1/√H), as the constructor did; those of layer norm become ones and zeros. */
  resetParameters(): void {
    const parameters = this.#parametersInOrder();
    for (const [index, slot] of this.#network.slots.entries()) redraw(parameters[index] as Tensor, slot, this.hiddenSize);
  }

  /** Forward through all layers and steps. */
  protected run<T extends Tensor | PackedSequence>(
    input: T,
    h0: Tensor | undefined,
    c0: Tensor | undefined,
    options: ForwardOptions | undefined,
  ): RecurrentResults<T> {
    const where = this.#forward;
    const checked = checkInput(where, input, this.#network.sizes);
    const { layout } = checked;
    const stateShape = this.#stateShape(checked, this.#network.output);
    const cellShape = this.#name === "LSTM" ? this.#stateShape(checked, this.hiddenSize) : undefined;
    const { reset, returnStates } = checkExtras(where, options, input, checked);
    if (h0 !== undefined) checkState(where, cellShape === undefined ? "h0" : "state[0]", h0, stateShape);
    if (c0 !== undefined && cellShape !== undefined) checkState(where, "state[1]", c0, cellShape);
    const order = input instanceof PackedSequence ? input : undefined;
    const results = runPass({
      name: this.#name,
      owner: this,
      network: this.#network,
      parameters: this.#parametersInOrder().slice(),
      layout,
      input: checked.data,
      h0: order === undefined ? h0 : order.sortState(h0),
      c0: order === undefined ? c0 : order.sortState(c0),
      dropout: this.#drawMasks("dropout", this.numLayers - 1),
      recurrentDropout: this.#drawMasks("recurrentDropout", this.#network.runs),
      reset,
      returnStates: returnStates ? checked.data.shape.slice(0, -1) : undefined,
      outputShape: [...checked.data.shape.slice(0, -1), directions(this.#network.sizes) * this.#network.output],
      stateShape,
      cellShape,
    });
    if (order === undefined) return results as RecurrentResults<T>;
    const packed = (rows: readonly Tensor[]) => rows.map((each) => order.withData(each) as Like<T>);
    return {
      output: order.withData(results.output) as Like<T>,
      hn: order.unsortState(results.hn),
      cn: results.cn === undefined ? undefined : order.unsortState(results.cn),
      states: results.states && { h: packed(results.states.h), c: packed(results.states.c) },
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

  /** Fresh masks, each named by one draw of the generator: for each layer but the last, or for each layer and direction. */
  #drawMasks(option: "dropout" | "recurrentDropout", count: number): Masks | undefined {
    if (this[option] === 0) return undefined;
    // It may have been set since the constructor checked it.
    const p = checkNumber(this.#name, option, this[option], { min: 0, max: 1 });
    if (!this.training || count === 0) return undefined;
    const generator = defaultGenerator();
    return { p, seeds: Int32Array.from({ length: count }, () => generator.draw()) };
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
    const { inputSize, hiddenSize, projSize, numLayers, bias, batchFirst, dropout, bidirectional } = this;
    const { layerNorm, recurrentDropout, checkpointEvery } = this;
    const others = { projSize, numLayers, bias, batchFirst, dropout, bidirectional, layerNorm, recurrentDropout, checkpointEvery };
    const defaults: typeof others = { ...RECURRENT_DEFAULTS, projSize: 0 };
    const changed = Object.entries(others).filter(([name, value]) => value !== defaults[name as keyof typeof defaults]);
    return [inputSize, hiddenSize, ...changed.map(([name, value]) => `${name}=${value}`)].join(", ");
  }
}
