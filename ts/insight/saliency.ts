import { runInMode } from "../autograd/mode.js";
import { foreignHint } from "../copies.js";
import { complaint, OptionError, show, UnrolledError } from "../errors.js";
import { Module } from "../nn/module.js";
import { observePasses, unobserved } from "../nn/recurrent/observe.js";
import type { Pass } from "../nn/recurrent/pass.js";
import { PackedSequence } from "../nn/utils/rnn/packed-sequence.js";
import { checkBoolean, checkInteger, checkOptions } from "../options.js";
import { table } from "../print.js";
import { defaultGenerator } from "../random/generator.js";
import { makeTensor, Tensor } from "../tensor/tensor.js";
import { jsonOf } from "./bptt/json.js";
import { short } from "./bptt/numbers.js";
import { drawSaliency } from "./render/saliency.js";
import { outputOf, type Positions, packedPositions, runWithLeaves, takeSquares, tensorPositions } from "./saliency-input.js";
import { type Outputs, outputsOf, stepsOf, unitsOf } from "./saliency-output.js";

export interface SaliencyOptions {
  /** The step of the output to look at; negative counts from each sequence's end. @default −1, the last */
  readonly step?: number;
  /** The values of that step's output to look at: an index, several, or all of them. @default "all" */
  readonly output?: number | readonly number[] | "all";
  /** Whether the input is `[N, T, …]`. @default as the model's first RNN, LSTM or GRU says */
  readonly batchFirst?: boolean;
}

/** How much an output depends on each step of the input. */
export class InputSaliency {
  static readonly name: string = "InputSaliency";

  /** `[T, N]` ‖∂y/∂x_s‖ for every step s of every sequence; 0 where a sequence has no step. */
  readonly norms: Float64Array;
  readonly shape: readonly [steps: number, batch: number];
  /** How many steps each sequence has. */
  readonly lengths: readonly number[];
  /** The step of the output that was looked at, of each sequence; null where it has none, or where there is one output for all steps. */
  readonly outputSteps: readonly (number | null)[];
  /** The values of the output that were looked at. */
  readonly outputs: readonly number[];

  /** @internal */
  constructor(norms: Float64Array, positions: Positions, outputSteps: readonly (number | null)[], outputs: readonly number[]) {
    this.norms = norms;
    this.shape = [positions.steps, positions.batch];
    this.lengths = positions.lengths;
    this.outputSteps = outputSteps;
    this.outputs = outputs;
  }

  /** `[T]` the norms of one sequence, as many as it has steps. */
  of(sequence: number): Float64Array {
    const [, batch] = this.shape;
    checkInteger("InputSaliency.of", "sequence", sequence, { min: 0, max: batch - 1 });
    return Float64Array.from({ length: this.lengths[sequence] as number }, (_, step) => this.norms[step * batch + sequence] as number);
  }

  /**
   * A curve over the steps, and with several sequences a heat map of all of them: an SVG file's text.
   *
   * @param options.sequence draws only this sequence @default all
   */
  toSVG(options?: { readonly sequence?: number }): string {
    const where = "InputSaliency.toSVG";
    const { sequence } = checkOptions<{ sequence: number | undefined }>(where, options, { sequence: undefined });
    if (sequence !== undefined) checkInteger(where, "sequence", sequence, { min: 0, max: this.shape[1] - 1 });
    return drawSaliency(this, sequence);
  }

  /** All of it as what JSON can hold; `"NaN"`, `"Infinity"` and `"-Infinity"` are strings. */
  toJSON(): object {
    const { shape, lengths, outputSteps, outputs, norms } = this;
    return jsonOf({ shape, lengths, outputSteps, outputs, norms }) as object;
  }

  /** A table: for each sequence where the norm is largest, and how far back it is above a millionth of that. */
  toString(): string {
    const head = ["", "steps", "output step", "largest norm", "at step", "from step on above 1e-6 of it"];
    const rows = this.lengths.slice(0, MOST_ROWS).map((length, sequence) => {
      const norms = this.of(sequence);
      const largest = norms.reduce((most, norm) => Math.max(most, norm), 0);
      const reach = norms.findIndex((norm) => norm > 1e-6 * largest);
      const at = norms.indexOf(largest);
      const step = this.outputSteps[sequence];
      return [
        `sequence ${sequence}`,
        String(length),
        String(step ?? "—"),
        short(largest),
        at < 0 ? "—" : String(at),
        reach < 0 ? "—" : String(reach),
      ];
    });
    const rest = this.lengths.length > MOST_ROWS ? `\n… ${this.lengths.length - MOST_ROWS} more` : "";
    return `InputSaliency\n${table(head, rows, ["left"]).join("\n")}${rest}`;
  }

  /** @internal What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

const MOST_ROWS = 16;

/**
 * How much the output at one step depends on the input at every step:
 *
 *     ‖∂y_t/∂x_s‖ = √(Σ_k Σ_i (∂y_t[k]/∂x_s[i])²)      for all s
 *
 * the Frobenius norm of the Jacobian, over the values k of the output that `output` names and the features i of the input; for each sequence of the
 * batch by itself, as sequences do not touch each other in RNN, LSTM and GRU. It costs a forward pass and one backward for each k, so name one
 * where there are many. Parameters and their gradients stay as they are, and so do `training` and the default generator.
 *
 * @param model what gives the output: a tensor, or an array that begins with it; `[T, N, O]`, `[N, T, O]`, `[T, O]`, or `[N, O]` for a whole sequence
 * @param input float32; or int32 for a model with an `nn.Embedding`: then x_s is the embedded vector; may be packed
 * @param options.step the step t @default −1, the last
 * @param options.output which values of y_t @default "all"
 *
 * @example
 * const seen = inputSaliency(model, x, { step: 99, output: 0 });
 * seen.of(0);     // [T] norms of the first sequence
 * seen.toSVG();
 */
export function inputSaliency(
  model: Module & { forward(input: never): unknown },
  input: Tensor | PackedSequence,
  options?: SaliencyOptions,
): InputSaliency {
  const where = "inputSaliency";
  const { step, output, batchFirst } = checkOptions<Given>(where, options, { step: undefined, output: "all", batchFirst: undefined });
  checkArguments(where, model, input, batchFirst);
  const generator = defaultGenerator();
  const state = generator.getState();
  const learning = model.parameters().filter((parameter) => parameter.requiresGrad);
  // A leaf that wants no gradient gets none, and backward has less to compute.
  for (const parameter of learning) parameter.requiresGrad_(false);
  try {
    return unobserved(() => runInMode(true, where, "the model", () => measure(where, model, input, { step, output, batchFirst })));
  } finally {
    for (const parameter of learning) parameter.requiresGrad_(true);
    generator.setState(state);
  }
}

/** One forward pass, and a backward for each value of the output. */
function measure(
  where: string,
  model: Module & { forward(input: never): unknown },
  input: Tensor | PackedSequence,
  { step, output, batchFirst }: Given,
): InputSaliency {
  let first: Pass | undefined;
  const { tensors, output: result } = observePasses(
    (pass) => {
      first ??= pass;
    },
    () => runWithLeaves(where, model, input),
  );
  const data = input instanceof PackedSequence ? input.data : input;
  const lead = data.dtype === "float32" ? data.shape.slice(0, -1) : data.shape;
  const positions = input instanceof PackedSequence ? packedPositions(input) : tensorPositions(where, lead, first, batchFirst);
  const outputs = outputsOf(where, outputOf(where, result), positions);
  const steps = stepsOf(where, step, outputs, positions.batch);
  const units = unitsOf(where, output, outputs.width);
  const norms = jacobianNorms(where, { tensors, positions, outputs, steps, units });
  const outputSteps = steps.map((each) => (outputs.lengths === null ? null : (each ?? null)));
  return new InputSaliency(norms, positions, outputSteps, units);
}

interface Given {
  readonly step: number | undefined;
  readonly output: number | readonly number[] | "all";
  readonly batchFirst: boolean | undefined;
}

function checkArguments(where: string, model: unknown, input: unknown, batchFirst: unknown): void {
  if (!(model instanceof Module) || typeof Reflect.get(model, "forward") !== "function") {
    throw new OptionError(complaint(where, "model", "a module with forward", show(model), foreignHint(model)));
  }
  if (!(input instanceof Tensor) && !(input instanceof PackedSequence)) {
    throw new OptionError(complaint(where, "input", "a tensor or a packed sequence", show(input), foreignHint(input)));
  }
  if (batchFirst !== undefined) checkBoolean(where, "batchFirst", batchFirst);
}

interface Jacobian {
  readonly tensors: readonly Tensor[];
  readonly positions: Positions;
  readonly outputs: Outputs;
  readonly steps: readonly (number | undefined)[];
  readonly units: readonly number[];
}

/** One backward for each unit, of all sequences at once. */
function jacobianNorms(where: string, { tensors, positions, outputs, steps, units }: Jacobian): Float64Array {
  const { data, width } = outputs;
  if (!data.requiresGrad) {
    throw new UnrolledError(
      complaint(where, "the output", "computed from the input", "one through which no gradient flows", "detach() cuts it"),
    );
  }
  const squares = new Float64Array(positions.steps * positions.batch);
  for (const [index, unit] of units.entries()) {
    const seed = new Float32Array(data.numel());
    for (const [sequence, step] of steps.entries()) if (step !== undefined) seed[outputs.row(step, sequence) * width + unit] = 1;
    data.backward(makeTensor(seed, data.shape), { retainGraph: index + 1 < units.length });
    takeSquares(where, tensors, positions, squares);
  }
  return squares.map(Math.sqrt);
}
