import { complaint, OptionError, ShapeError, show, showShape } from "../../errors.js";
import { requireFloat32 } from "../../tensor/convert.js";
import { sameShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { Module } from "../module.js";
import { evenLayout } from "./layout.js";
import { Network } from "./network.js";
import { checkParameter, initialParameter, redraw } from "./parameters.js";
import { runPass } from "./pass.js";
import { type Cell, checkSizes, parameterSlots, RECURRENT_DEFAULTS, type Sizes } from "./sizes.js";

/** The option that all cells have. */
export interface CellOptions {
  /** Whether there are `bias_ih` and `bias_hh`. @default true */
  readonly bias?: boolean;
}

/**
 * What RNNCell, LSTMCell and GRUCell share: a network of one layer that is fed one step.
 *
 * It is the core of RNN, LSTM and GRU, so a loop over cells gives what the module gives for the whole sequence, to the last bit.
 *
 * DIFFERS: a batch has at least one row; PyTorch accepts none.
 */
export abstract class CellModule extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly bias: boolean;
  /** `[G·H, I]` */
  declare weight_ih: Tensor;
  /** `[G·H, H]` */
  declare weight_hh: Tensor;
  /** `[G·H]`, unless made without biases */
  declare bias_ih?: Tensor;
  /** `[G·H]`, unless made without biases */
  declare bias_hh?: Tensor;
  readonly #name: string;
  readonly #network: Network;

  protected constructor(name: string, cell: Cell, inputSize: number, hiddenSize: number, bias: boolean) {
    super();
    const sizes: Sizes = { ...RECURRENT_DEFAULTS, inputSize, hiddenSize, bias, projSize: 0 };
    checkSizes(`nn.${name}`, sizes);
    this.#name = name;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.bias = bias;
    const slots = parameterSlots(cell, sizes).map((slot) => ({ ...slot, name: slot.name.replace("_l0", "") }));
    for (const slot of slots) this.registerParameter(slot.name, initialParameter(`nn.${name}`, slot, hiddenSize));
    this.#network = new Network(cell, sizes, slots);
  }

  /** Draws all parameters anew from U(−1/√H, 1/√H), as the constructor did. */
  resetParameters(): void {
    const parameters = this.#parameters(`${this.#name}.resetParameters`);
    for (const [index, slot] of this.#network.slots.entries()) redraw(parameters[index] as Tensor, slot, this.hiddenSize);
  }

  /** One step; `names` are what errors call the states. */
  protected step(input: Tensor, states: readonly (Tensor | undefined)[], names: readonly string[]): [h: Tensor, c: Tensor | undefined] {
    const where = `${this.#name}.forward`;
    const batch = checkInput(where, input, this.inputSize);
    const shape = [...input.shape.slice(0, -1), this.hiddenSize];
    for (const [index, state] of states.entries()) if (state !== undefined) checkState(where, names[index] as string, state, shape);
    const { hn, cn } = runPass({
      name: this.#name,
      owner: this,
      network: this.#network,
      parameters: this.#parameters(where),
      layout: evenLayout(1, batch, false),
      input,
      h0: states[0],
      c0: states[1],
      dropout: undefined,
      recurrentDropout: undefined,
      reset: undefined,
      returnStates: undefined,
      outputShape: shape,
      stateShape: shape,
      cellShape: names.length > 1 ? shape : undefined,
    });
    return [hn, cn];
  }

  #parameters(where: string): Tensor[] {
    return this.#network.slots.map((slot) => checkParameter(where, slot, this[slot.name as "weight_ih"]));
  }

  protected override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.bias ? "" : ", bias=false"}`;
  }
}

/** How many rows `[N, I]` has; `[I]` is one. */
function checkInput(where: string, input: Tensor, inputSize: number): number {
  if (!(input instanceof Tensor)) throw new OptionError(complaint(where, "input", "a tensor", show(input)));
  requireFloat32(where, "input", input);
  const { shape } = input;
  if (shape.length < 1 || shape.length > 2 || shape.at(-1) !== inputSize) {
    throw new ShapeError(complaint(where, "input", `[N, ${inputSize}] or [${inputSize}]`, showShape(shape)));
  }
  const batch = shape.length === 1 ? 1 : (shape[0] as number);
  if (batch === 0) throw new ShapeError(complaint(where, "the batch", "of at least one row", showShape(shape)));
  return batch;
}

function checkState(where: string, what: string, state: Tensor, shape: readonly number[]): void {
  if (!(state instanceof Tensor)) throw new OptionError(complaint(where, what, "a tensor", show(state)));
  requireFloat32(where, what, state);
  if (sameShape(state.shape, shape)) return;
  throw new ShapeError(complaint(where, what, `${showShape(shape)}, as the input says`, showShape(state.shape)));
}
