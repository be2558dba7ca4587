import type { Module } from "../../nn/module.js";
import { checkState } from "../../nn/state-dict.js";
import type { Optimizer } from "../../optim/optimizer.js";
import { checkOptions } from "../../options.js";
import { Generator, setRngState } from "../../random/generator.js";
import { CheckpointFile } from "./file.js";
import { NAMES, type Stateful } from "./format.js";
import { prepareOptimizer } from "./optimizer.js";
import { checkParts } from "./save.js";
import { loadScheduler, type SavedScheduler, savedScheduler } from "./scheduler.js";

/** What a checkpoint is loaded into. */
export interface Targets {
  readonly model: Module;
  /** @default none: what the checkpoint has of one is left alone */
  readonly optimizer?: Optimizer | undefined;
  /** @default none: what the checkpoint has of one is left alone */
  readonly scheduler?: Stateful | undefined;
}

/** What was saved beside model, optimizer and scheduler; undefined where nothing was. */
export interface Loaded<S = unknown, X = unknown> {
  readonly state: S;
  readonly epoch: number | undefined;
  readonly extra: X;
}

const WHERE = "io.checkpoint.load";

/**
 * Puts model, optimizer, scheduler and the random generator back to where `io.checkpoint.save` found them, and returns what else was saved.
 *
 * Everything is checked before anything changes: when it throws, all of them are as they were. Gradients stay as they are.
 *
 * @typeParam S what `state` is, as you know and nobody checks
 * @typeParam X what `extra` is
 * @param bytes the whole file
 * @param targets made as they were when the checkpoint was: of the same shapes, the same groups of parameters, the same class of scheduler
 * @throws FormatError if the bytes are damaged, no checkpoint, or one of a newer version
 * @throws StateDictError if what was saved is not of this model, optimizer or scheduler, or if the checkpoint has no such thing
 *
 * @example
 * const { epoch, state } = io.checkpoint.load<nn.LSTMState>(bytes, { model, optimizer, scheduler });
 */
export function load<S = unknown, X = unknown>(bytes: Uint8Array | ArrayBuffer, targets: Targets): Loaded<S, X> {
  const nothing = { model: undefined as unknown as Module, optimizer: undefined, scheduler: undefined };
  const { model, optimizer, scheduler } = checkOptions<Targets>(WHERE, targets ?? {}, nothing);
  checkParts(WHERE, { model, optimizer, scheduler });
  const file = new CheckpointFile(WHERE, bytes);
  const parameters = file.tensors(`${NAMES.model}.`);
  checkState(model.constructor.name, Object.entries(model.stateDict()), parameters, true);
  if (optimizer === undefined) file.skip(`${NAMES.optimizer}.`);
  const changeOptimizer = optimizer === undefined ? () => {} : prepareOptimizer(WHERE, file, optimizer, model);
  const saved = scheduler === undefined ? undefined : savedScheduler(WHERE, file, scheduler);
  const generator = readGenerator(file);
  const loaded = { state: file.tree("state") as S, epoch: readEpoch(file), extra: file.tree("extra") as X };
  file.finish();
  change(model, parameters, scheduler, saved);
  changeOptimizer();
  setRngState(generator);
  return loaded;
}

/** Loads scheduler and model, or neither: what they do in `loadStateDict` is theirs, and may fail. */
function change(
  model: Module,
  parameters: Parameters<Module["loadStateDict"]>[0],
  scheduler: Stateful | undefined,
  saved: SavedScheduler | undefined,
): void {
  const undo = scheduler === undefined || saved === undefined ? () => {} : loadScheduler(WHERE, scheduler, saved);
  try {
    model.loadStateDict(parameters);
  } catch (error) {
    undo();
    throw error;
  }
}

function readGenerator(file: CheckpointFile): Uint8Array {
  const state = file.array(NAMES.generator, "Uint8Array") as Uint8Array;
  try {
    new Generator().setState(state);
  } catch (cause) {
    throw file.damaged("generator", "the state of one", cause instanceof Error ? cause.message : String(cause), cause);
  }
  return state;
}

function readEpoch(file: CheckpointFile): number | undefined {
  const epoch = file.json("epoch");
  if (epoch === undefined || (Number.isSafeInteger(epoch) && (epoch as number) >= 0)) return epoch as number | undefined;
  throw file.damaged("epoch", "an integer >= 0", JSON.stringify(epoch));
}
