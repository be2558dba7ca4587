import { complaint, OptionError, show } from "../../errors.js";
import { checkBoolean, checkInteger, checkNumber } from "../../options.js";

/** A recurrence, as the core counts them. */
export type Cell = "tanh" | "relu" | "lstm" | "gru";

/** Its number in the core, the gates whose rows its weights have, and the columns that the core has for each hidden unit. */
export const CELLS: { readonly [cell in Cell]: { readonly code: number; readonly gates: number; readonly slots: number } } = {
  tanh: { code: 0, gates: 1, slots: 1 },
  relu: { code: 1, gates: 1, slots: 1 },
  lstm: { code: 2, gates: 4, slots: 4 },
  gru: { code: 3, gates: 3, slots: 4 },
};

/** The gates, where there are several, in the order of PyTorch's rows, and the slots where the core has their activations. */
export const GATES: { readonly [cell in Cell]: readonly (readonly [gate: string, slot: number])[] } = {
  lstm: [
    ["i", 0],
    ["f", 1],
    ["g", 2],
    ["o", 3],
  ],
  gru: [
    ["r", 1],
    ["z", 2],
    ["n", 0],
  ],
  tanh: [],
  relu: [],
};

/** The core pads hidden sizes to a multiple of this. */
export const UNITS = 8;

/** A hidden size, or that of a projection, as the core has it. */
export function padded(size: number): number {
  return UNITS * Math.ceil(size / UNITS);
}

/** What all three modules are made with. */
export interface Sizes {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  /** 0 without projection. */
  readonly projSize: number;
  readonly layerNorm: boolean;
  readonly recurrentDropout: number;
  /** 0 without checkpoints. */
  readonly checkpointEvery: number;
}

/** The options that RNN, LSTM and GRU share. */
export interface RecurrentOptions {
  /** How many layers are stacked, each on the outputs of the one below. @default 1 */
  readonly numLayers?: number;
  /** Whether there are `bias_ih` and `bias_hh`. @default true */
  readonly bias?: boolean;
  /** Whether input and output are [N, T, …] instead of [T, N, …]; states never are. @default false */
  readonly batchFirst?: boolean;
  /** Probability with which, in training, each value that a layer passes to the next is zeroed. @default 0 */
  readonly dropout?: number;
  /** Whether a second direction goes from the last step to the first. @default false */
  readonly bidirectional?: boolean;
  /**
   * Whether both products are normalised, and the LSTM's cell state on its way out (Ba, Kiros and Hinton 2016, equations 20 to 22):
   *
   *     a = LN(W_ih·x) + LN(W_hh·h) + b_ih + b_hh      h' = o ⊙ tanh(LN(c'))
   *
   * over all gates of a row together, with gains `norm_ih_l0`, `norm_hh_l0` `[G·H]` and `norm_c_l0` `[H]`, and a bias `norm_c_bias_l0` `[H]`. @default false
   */
  readonly layerNorm?: boolean;
  /**
   * Probability with which, in training, each unit of h is zeroed before `W_hh`, by one mask per sequence for all of its steps (Gal and Ghahramani
   * 2016). @default 0
   */
  readonly recurrentDropout?: number;
  /**
   * Steps between two checkpoints, for long sequences: what is kept for backward is each layer's input and the state before every so many steps;
   * backward computes the steps between again, one span at a time. The gradients are the same to the last bit. About √T needs the least memory;
   * 0 keeps the gates and states of every step. @default 0
   */
  readonly checkpointEvery?: number;
}

export const RECURRENT_DEFAULTS: Required<RecurrentOptions> = {
  numLayers: 1,
  bias: true,
  batchFirst: false,
  dropout: 0,
  bidirectional: false,
  layerNorm: false,
  recurrentDropout: 0,
  checkpointEvery: 0,
};

/** The sizes, checked; `where` is the module's name, as messages give it. */
export function checkSizes(where: string, sizes: Sizes): Sizes {
  checkInteger(where, "inputSize", sizes.inputSize, { min: 1 });
  checkInteger(where, "hiddenSize", sizes.hiddenSize, { min: 1 });
  checkInteger(where, "numLayers", sizes.numLayers, { min: 1, max: 65_536 });
  checkBoolean(where, "bias", sizes.bias);
  checkBoolean(where, "batchFirst", sizes.batchFirst);
  checkBoolean(where, "bidirectional", sizes.bidirectional);
  checkNumber(where, "dropout", sizes.dropout, { min: 0, max: 1 });
  checkBoolean(where, "layerNorm", sizes.layerNorm);
  checkNumber(where, "recurrentDropout", sizes.recurrentDropout, { min: 0, max: 1 });
  checkInteger(where, "projSize", sizes.projSize, { min: 0 });
  checkInteger(where, "checkpointEvery", sizes.checkpointEvery, { min: 0 });
  if (sizes.projSize >= sizes.hiddenSize) {
    throw new OptionError(complaint(where, "projSize", `smaller than hiddenSize, ${sizes.hiddenSize}`, show(sizes.projSize)));
  }
  if (sizes.dropout > 0 && sizes.numLayers === 1) {
    const hint = "dropout acts on the output of every layer but the last, so with one layer it does nothing";
    console.warn(complaint(where, "numLayers", "greater than 1 for dropout to act", "1", hint));
  }
  return sizes;
}

/** Size of `h` and of a direction's output. */
export function outputSize(sizes: Sizes): number {
  return sizes.projSize > 0 ? sizes.projSize : sizes.hiddenSize;
}

export function directions(sizes: Sizes): number {
  return sizes.bidirectional ? 2 : 1;
}

/** Name and shape of a parameter, and its column in the core's table of pointers. */
export interface ParameterSlot {
  readonly name: string;
  readonly shape: readonly number[];
  /** 9 · (layer · D + direction) + 0 W_ih, 1 W_hh, 2 b_ih, 3 b_hh, 4 W_hr, 5 to 8 the gains of x, h and c of layer norm, and its bias of c. */
  readonly position: number;
  /** What it starts from. */
  readonly initial: "uniform" | "ones" | "zeros";
}

/** Columns of a layer and direction in the table of pointers. */
export const TABLE_WIDTH = 9;

/** All parameters in PyTorch's order: layer by layer, forward before reverse. */
export function parameterSlots(cell: Cell, sizes: Sizes): ParameterSlot[] {
  const { gates } = CELLS[cell];
  const { hiddenSize, numLayers, bias, projSize, layerNorm } = sizes;
  const rows = gates * hiddenSize;
  const output = outputSize(sizes);
  const slots: ParameterSlot[] = [];
  for (let run = 0; run < numLayers * directions(sizes); run++) {
    const layer = Math.floor(run / directions(sizes));
    const suffix = `l${layer}${run % directions(sizes) === 1 ? "_reverse" : ""}`;
    const add = (name: string, column: number, shape: readonly number[], initial: ParameterSlot["initial"] = "uniform") =>
      slots.push({ name: `${name}_${suffix}`, shape, position: TABLE_WIDTH * run + column, initial });
    add("weight_ih", 0, [rows, layer === 0 ? sizes.inputSize : directions(sizes) * output]);
    add("weight_hh", 1, [rows, output]);
    if (bias) add("bias_ih", 2, [rows]);
    if (bias) add("bias_hh", 3, [rows]);
    if (projSize > 0) add("weight_hr", 4, [projSize, hiddenSize]);
    if (layerNorm) add("norm_ih", 5, [rows], "ones");
    if (layerNorm) add("norm_hh", 6, [rows], "ones");
    if (layerNorm && cell === "lstm") add("norm_c", 7, [hiddenSize], "ones");
    if (layerNorm && cell === "lstm") add("norm_c_bias", 8, [hiddenSize], "zeros");
  }
  return slots;
}
