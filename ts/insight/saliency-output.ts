import { complaint, OptionError, ShapeError, show, showShape } from "../errors.js";
import { PackedSequence } from "../nn/utils/rnn/packed-sequence.js";
import { checkInteger } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { type Positions, packedPositions } from "./saliency-input.js";

/** How the values of an output lie. */
export interface Outputs {
  readonly data: Tensor;
  /** How many values there are for a step, or for a sequence. */
  readonly width: number;
  /** How many steps each sequence has of them; null if there is one row for each sequence. */
  readonly lengths: readonly number[] | null;
  row(step: number, sequence: number): number;
}

/** Finds time and batch in what a model gives for an input of these positions. */
export function outputsOf(where: string, output: Tensor | PackedSequence, positions: Positions): Outputs {
  if (output instanceof PackedSequence) {
    const packed = packedPositions(output);
    const width = output.data.shape.slice(1).reduce((product, size) => product * size, 1);
    return { data: output.data, width, lengths: packed.lengths, row: (step, sequence) => packed.row(step, sequence) as number };
  }
  const { shape } = output;
  const found = positions.batched ? batchedOutputs(output, positions) : singleOutputs(output, positions);
  if (found !== undefined) return found;
  const { steps, batch, batchFirst, batched } = positions;
  const lead = batched ? (batchFirst ? [batch, steps] : [steps, batch]) : [steps];
  const expected = `[${[...lead, "O"].join(", ")}] or [${batched ? `${batch}, O` : "O"}] for this input`;
  throw new ShapeError(complaint(where, "the output", expected, showShape(shape)));
}

function batchedOutputs(data: Tensor, { steps, batch, batchFirst, lengths }: Positions): Outputs | undefined {
  const { shape } = data;
  const [first, second] = shape as [number?, number?];
  const isLead = shape.length === 2 && (batchFirst ? first === batch && second === steps : first === steps && second === batch);
  const perStep = (time: number, width: number): Outputs => {
    const row = (step: number, sequence: number) => (batchFirst ? sequence * time + step : step * batch + sequence);
    // Padded outputs of a packed input end where its sequences do.
    return { data, width, lengths: time === steps ? lengths : new Array<number>(batch).fill(time), row };
  };
  if (isLead) return perStep(steps, 1);
  if (shape.length === 3 && (batchFirst ? first : second) === batch) {
    return perStep((batchFirst ? second : first) as number, shape[2] as number);
  }
  if (shape.length === 2 && first === batch) return { data, width: second as number, lengths: null, row: (_, sequence) => sequence };
  if (shape.length === 2 && first === steps * batch) return perStep(steps, second as number);
  return shape.length === 1 && first === batch ? { data, width: 1, lengths: null, row: (_, sequence) => sequence } : undefined;
}

function singleOutputs(data: Tensor, { steps }: Positions): Outputs | undefined {
  const [first = 1, second] = data.shape;
  if (data.shape.length === 2) return { data, width: second as number, lengths: [first], row: (step) => step };
  if (data.shape.length === 1 && first === steps && steps > 1) return { data, width: 1, lengths: [steps], row: (step) => step };
  return data.shape.length <= 1 ? { data, width: first, lengths: null, row: () => 0 } : undefined;
}

/** The step to look at of each sequence; −1 is its last. Undefined for a sequence that has no such step. */
export function stepsOf(where: string, wanted: number | undefined, { lengths }: Outputs, batch: number): (number | undefined)[] {
  if (lengths === null) {
    if (wanted === undefined || wanted === -1) return new Array<number>(batch).fill(0);
    const hint = "this model gives one output for a whole sequence";
    throw new OptionError(complaint(where, "step", "left out", String(wanted), hint));
  }
  const most = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  if (most === 0) throw new ShapeError(complaint(where, "the output", "of at least one step", "none"));
  const step = checkInteger(where, "step", wanted === undefined ? -1 : wanted, { min: -most, max: most - 1 });
  return lengths.map((length) => (step < 0 ? (length + step >= 0 ? length + step : undefined) : step < length ? step : undefined));
}

/** The indices of the values to look at. */
export function unitsOf(where: string, wanted: unknown, width: number): number[] {
  if (wanted === "all") return Array.from({ length: width }, (_, index) => index);
  const units = typeof wanted === "number" ? [wanted] : wanted;
  if (!Array.isArray(units) || units.length === 0) {
    const expected = '"all", an index, or an array of indices';
    throw new OptionError(complaint(where, "output", expected, Array.isArray(units) ? "an empty array" : show(wanted)));
  }
  const indices = units.map((unit) => {
    const index = checkInteger(where, "output", unit, { min: -width, max: width - 1 });
    return index < 0 ? index + width : index;
  });
  // Twice the same value is no larger a Jacobian.
  return [...new Set(indices)];
}
