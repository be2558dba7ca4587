import { foreignHint } from "../../copies.js";
import { complaint, OptionError, show, showShape } from "../../errors.js";
import { Module } from "../../nn/module.js";
import { RecurrentModule } from "../../nn/recurrent/module.js";
import { checkBoolean, checkInteger } from "../../options.js";
import { tensor } from "../../tensor/create.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type LayerTrace, recordPasses } from "../layer-trace.js";
import { type Encoded, encodeText } from "./characters.js";

/** How a model reads a text. */
export interface ReadOptions {
  /** The characters by their number: an array of them, or a string. @default none: then `encode` must be given */
  readonly vocabulary?: string | readonly string[];
  /** The numbers of a text: one for each character, or for each byte of UTF-8. @default none: then `vocabulary` must be given */
  readonly encode?: (text: string) => ArrayLike<number>;
  /** The model's input for some numbers: one-hot rows, say. @default int32 `[T, 1]`, or `[1, T]` for a model that is batch first */
  readonly inputs?: (ids: Int32Array) => Tensor;
  /** Whether the model takes `[1, T]`. @default as its first RNN, LSTM or GRU says */
  readonly batchFirst?: boolean;
  /** How many numbers are read at once; the state is carried on from span to span, so that long texts need no more memory. @default 256 */
  readonly span?: number;
  /** Which state is looked at: "c" is tanh(c). @default "c" for an LSTM, "h" else */
  readonly state?: "c" | "h";
}

/** The defaults, as `checkOptions` wants them. */
export const READ_DEFAULTS: {
  readonly [name in keyof ReadOptions]-?: ReadOptions[name] | undefined;
} = { vocabulary: undefined, encode: undefined, inputs: undefined, batchFirst: undefined, span: 256, state: undefined };

/** A model that reads texts. */
export type Reader = Module & { forward(input: never, state?: never): unknown };

/** A part of the text, with what the layers did in it. */
export interface Span {
  /** The first of its numbers. */
  readonly start: number;
  readonly length: number;
  readonly layers: readonly LayerTrace[];
}

export interface Reading {
  readonly encoded: Encoded;
  /** Reads on while it is iterated. */
  readonly spans: Iterable<Span>;
}

/** Begins to read a text; all that can be checked before is. */
export function readText(where: string, model: Reader, text: string, options: typeof READ_DEFAULTS): Reading {
  if (!(model instanceof Module) || typeof Reflect.get(model, "forward") !== "function") {
    throw new OptionError(complaint(where, "model", "a module with forward", show(model), foreignHint(model)));
  }
  const { inputs, state } = options;
  const length = checkInteger(where, "span", options.span, { min: 1 });
  if (options.batchFirst !== undefined) checkBoolean(where, "batchFirst", options.batchFirst);
  if (state !== undefined && state !== "c" && state !== "h")
    throw new OptionError(complaint(where, "state", 'one of "c", "h"', show(state)));
  const encoded = encodeText(where, text, { vocabulary: options.vocabulary, encode: options.encode });
  const batchFirst = options.batchFirst ?? model.modules().find((module) => module instanceof RecurrentModule)?.batchFirst ?? false;
  const toInput = inputs ?? ((ids: Int32Array) => tensor(ids, { shape: batchFirst ? [1, ids.length] : [ids.length, 1] }));
  return { encoded, spans: spansOf(where, model, encoded.ids, length, toInput) };
}

function* spansOf(where: string, model: Reader, ids: Int32Array, length: number, toInput: (ids: Int32Array) => Tensor): Iterable<Span> {
  const forward = model.forward as (...given: unknown[]) => unknown;
  let state: unknown;
  for (let start = 0; start < ids.length; start += length) {
    const part = ids.slice(start, start + length);
    const given = start === 0 ? [toInput(part)] : [toInput(part), state];
    const { output, layers } = recordPasses(where, () => forward.apply(model, given), model);
    checkLayers(where, layers, part.length);
    if (start + length < ids.length) {
      state = stateIn(where, output);
      refuseReverse(where, layers, ids.length);
    }
    yield { start, length: part.length, layers };
  }
}

function checkLayers(where: string, layers: readonly LayerTrace[], steps: number): void {
  if (layers.length === 0)
    throw new OptionError(complaint(where, "model", "one that runs an RNN, LSTM, GRU or a cell of one", "one that ran none"));
  const wrong = layers.find(({ shape }) => shape[0] !== steps || shape[1] !== 1);
  if (wrong === undefined) return;
  const hint = "inputs and batchFirst say how it is given the text";
  throw new OptionError(complaint(where, wrong.name, `of ${steps} steps of one sequence`, `[T, N, H] ${showShape(wrong.shape)}`, hint));
}

function stateIn(where: string, output: unknown): unknown {
  if (Array.isArray(output) && output.length >= 2) return output[1];
  const hint = "or make span as long as the text";
  throw new OptionError(complaint(where, "what the model gives", "[output, state], to go on from span to span", show(output), hint));
}

function refuseReverse(where: string, layers: readonly LayerTrace[], length: number): void {
  const reverse = layers.find(({ direction }) => direction === "reverse");
  if (reverse === undefined) return;
  const hint = "it reads from the end";
  throw new OptionError(complaint(where, "span", `at least ${length}, all of the text, for ${reverse.name}`, "less", hint));
}

/** What is looked at of a layer: tanh(c) or h. */
export interface States {
  readonly name: "tanh(c)" | "h";
  /** `[T, width]` */
  readonly values: Float32Array;
  readonly width: number;
}

export function statesOf(where: string, { name, shape, h, c }: LayerTrace, wanted: "c" | "h" | undefined): States {
  if (wanted === "c" && c === undefined) throw new OptionError(complaint(where, "state", `"h" for ${name}, which has no c`, '"c"'));
  const width = c !== undefined && wanted !== "h" ? shape[2] : h.length / Math.max(1, shape[0]);
  return c !== undefined && wanted !== "h" ? { name: "tanh(c)", values: c.map(Math.tanh), width } : { name: "h", values: h, width };
}
