import { foreignHint } from "../../copies.js";
import { complaint, OptionError, show } from "../../errors.js";
import { Module } from "../../nn/module.js";
import { Optimizer } from "../../optim/optimizer.js";
import { checkInteger, checkOptions } from "../../options.js";
import { getRngState } from "../../random/generator.js";
import { isTensor } from "../../tensor/tensor.js";
import { type Content, encodeFile } from "../safetensors/encode.js";
import { contentOf } from "../safetensors/save.js";
import { type Json, TreeEncoder } from "./encode-tree.js";
import { FORMAT, type GroupRecord, isStateful, literalName, NAMES, type Stateful, VERSION } from "./format.js";

/** What a checkpoint is made of. */
export interface Contents {
  readonly model: Module;
  /** @default none */
  readonly optimizer?: Optimizer | undefined;
  /** Whatever has `stateDict()` and `loadStateDict()`: a learning rate scheduler. @default none */
  readonly scheduler?: Stateful | undefined;
  /** Tensors, typed arrays and what JSON can hold, in arrays and plain objects: a recurrent state, a generator's `getState()`. @default undefined */
  readonly state?: unknown;
  /** @default undefined */
  readonly epoch?: number | undefined;
  /** What JSON can hold: the best loss so far, settings. @default undefined */
  readonly extra?: unknown;
}

const WHERE = "io.checkpoint.save";

/**
 * All that training needs to go on as if it had never stopped, bit for bit, as one safetensors file: parameters and buffers, optimizer, scheduler,
 * the random generator (dropout, shuffling), and what you add. Gradients are not saved: call it after `optimizer.step()`.
 *
 * Python reads it with `safetensors.torch.load_file`: `model.rnn.weight_ih_l0`, `optimizer.state.0.exp_avg`, `generator` (for
 * `torch.set_rng_state`); numbers are JSON in the metadata.
 *
 * A `Generator` of your own is not known to it: save its `getState()` in `state`, and give that to its `setState` after loading.
 *
 * @param contents.state tensors, typed arrays, numbers, texts, in arrays and plain objects of any depth; tensors lose what computed them
 * @param contents.epoch an integer >= 0
 * @param contents.extra the same without tensors and typed arrays
 * @throws OptionError that names the place of what cannot be saved
 *
 * @example
 * const bytes = io.checkpoint.save({ model, optimizer, epoch, state: { hidden, shuffle: generator.getState() } });
 */
export function save(contents: Contents): Uint8Array<ArrayBuffer> {
  const { model, optimizer, scheduler, state, epoch, extra } = checkContents(contents);
  // The code of others comes first: what it allocates may move the values that are collected after it.
  const parameters = Object.entries(model.stateDict());
  const metadata: Record<string, string> = { format: FORMAT, version: `${VERSION}` };
  const put = (key: string, json: Json) => {
    metadata[key] = JSON.stringify(json);
  };
  if (scheduler !== undefined) {
    put("scheduler", { type: literalName(scheduler), state: new TreeEncoder(WHERE, "scheduler", false).encode(scheduler.stateDict()) });
  }
  if (epoch !== undefined) put("epoch", checkInteger(WHERE, "epoch", epoch, { min: 0 }));
  if (extra !== undefined) put("extra", new TreeEncoder(WHERE, "extra", false).encode(extra));
  if (optimizer !== undefined) put("optimizer", encodeOptimizer(optimizer, model));
  const tree = new TreeEncoder(WHERE, NAMES.state, true);
  if (state !== undefined) put("state", tree.encode(state));
  const generator = getRngState();
  const all: Content[] = [
    ...parameters.map(([name, tensor]) => contentOf(`${NAMES.model}.${name}`, tensor)),
    ...(optimizer === undefined ? [] : optimizerContents(optimizer)),
    ...tree.contents,
    { name: NAMES.generator, dtype: "U8", shape: [generator.length], values: generator },
  ];
  return encodeFile(WHERE, all, metadata);
}

const NOTHING = { optimizer: undefined, scheduler: undefined, state: undefined, epoch: undefined, extra: undefined };

function checkContents(contents: Contents): Contents {
  const checked = checkOptions<Contents>(WHERE, contents ?? {}, { model: undefined as unknown as Module, ...NOTHING });
  checkParts(WHERE, checked);
  return checked;
}

/** Throws unless model, optimizer and scheduler are such. */
export function checkParts(where: string, { model, optimizer, scheduler }: Pick<Contents, "model" | "optimizer" | "scheduler">): void {
  if (!(model instanceof Module)) throw new OptionError(complaint(where, "model", "a module", show(model), foreignHint(model)));
  if (optimizer !== undefined && !(optimizer instanceof Optimizer)) {
    throw new OptionError(complaint(where, "optimizer", "an optimizer", show(optimizer)));
  }
  if (scheduler === undefined || (isStateful(scheduler) && !(scheduler instanceof Optimizer) && !(scheduler instanceof Module))) return;
  throw new OptionError(complaint(where, "scheduler", "one with stateDict() and loadStateDict()", show(scheduler)));
}

/** The optimizer without its tensors: groups by the names of their parameters, and numbers with all their digits. */
function encodeOptimizer(optimizer: Optimizer, model: Module): Json {
  const names = new Map<unknown, string>(model.namedParameters().map(([name, parameter]) => [parameter, name]));
  const { param_groups } = optimizer.stateDict();
  const groups = param_groups.map(({ params, ...options }, index): GroupRecord => {
    const all = optimizer.paramGroups[index]?.params ?? [];
    return { options, params, names: all.map((param) => names.get(param) ?? null) };
  });
  const numbers: Record<string, Record<string, number>> = {};
  for (const [index, name, value] of optimizerState(optimizer)) {
    if (typeof value !== "number") continue;
    numbers[index] ??= {};
    numbers[index][name] = value;
  }
  return new TreeEncoder(WHERE, "optimizer", false).encode({ type: optimizer.typeName, groups, numbers });
}

function optimizerContents(optimizer: Optimizer): Content[] {
  const contents: Content[] = [];
  for (const [index, name, value] of optimizerState(optimizer)) {
    if (isTensor(value)) contents.push(contentOf(`${NAMES.optimizer}.${index}.${name}`, value));
  }
  return contents;
}

/** What is kept for each parameter, by its number over all groups. */
function* optimizerState({ paramGroups, state }: Optimizer): Iterable<[index: number, name: string, value: unknown]> {
  for (const [index, param] of paramGroups.flatMap(({ params }) => params).entries()) {
    for (const [name, value] of Object.entries(state.get(param) ?? {})) yield [index, name, value];
  }
}
