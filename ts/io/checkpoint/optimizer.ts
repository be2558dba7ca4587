import { complaint, StateDictError, show } from "../../errors.js";
import type { Module } from "../../nn/module.js";
import { isObject } from "../../optim/load.js";
import type { Optimizer } from "../../optim/optimizer.js";
import type { OptimizerStateSource } from "../../optim/state.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { CheckpointFile } from "./file.js";
import { type GroupRecord, NAMES, type OptimizerRecord } from "./format.js";

/**
 * Checks that what the file has of an optimizer fits this one. The result loads it, and cannot fail.
 *
 * @throws StateDictError if there is none, of another class, of other groups or parameters
 */
export function prepareOptimizer(where: string, file: CheckpointFile, optimizer: Optimizer, model: Module): () => void {
  const record = readRecord(file);
  if (record === undefined) {
    const hint = "load it without the optimizer, or save it with one";
    throw new StateDictError(complaint(where, "the checkpoint", "one with an optimizer", "one without", hint));
  }
  if (record.type !== optimizer.typeName) {
    throw new StateDictError(complaint(where, "optimizer", `${record.type}, as in the checkpoint`, optimizer.typeName));
  }
  const state = readState(file, record);
  const source = {
    state,
    param_groups: record.groups.map(({ options, params }) => ({ ...options, params })),
  } as OptimizerStateSource;
  const apply = optimizer.prepareLoad(source);
  checkNames(where, record, optimizer, model);
  return apply;
}

function readRecord(file: CheckpointFile): OptimizerRecord | undefined {
  const record = file.tree("optimizer");
  if (record === undefined || isRecord(record)) return record;
  throw file.damaged("optimizer in the metadata", "{ type, groups, numbers }", show(record));
}

function isRecord(value: unknown): value is OptimizerRecord {
  if (!isObject(value) || typeof value["type"] !== "string") return false;
  const { groups, numbers } = value;
  return Array.isArray(groups) && groups.every(isGroup) && isObject(numbers) && Object.values(numbers).every(isObject);
}

function isGroup(value: unknown): value is GroupRecord {
  if (!isObject(value) || !isObject(value["options"])) return false;
  const { params, names } = value;
  if (!Array.isArray(params) || !Array.isArray(names) || params.length !== names.length) return false;
  return params.every((param) => Number.isSafeInteger(param)) && names.every((name) => name === null || typeof name === "string");
}

/** What is kept for each parameter, by its number: the numbers of the metadata, and the tensors. */
function readState(file: CheckpointFile, { groups, numbers }: OptimizerRecord): OptimizerStateSource["state"] {
  const known = new Set(groups.flatMap(({ params }) => params.map(String)));
  const state: Record<string, Record<string, Tensor | number>> = {};
  const put = (index: string, name: string, value: Tensor | number): void => {
    if (!known.has(index)) throw file.damaged("the optimizer's state", "of parameters of its groups", `some of ${show(index)}`);
    state[index] = { ...state[index], [name]: value };
  };
  for (const [index, kept] of Object.entries(numbers)) for (const [name, value] of Object.entries(kept)) put(index, name, value);
  for (const [name, tensor] of Object.entries(file.tensors(`${NAMES.optimizer}.`))) {
    const dot = name.indexOf(".");
    put(name.slice(0, dot), name.slice(dot + 1), tensor);
  }
  return state;
}

/** Throws if a parameter of the model was another one in the checkpoint: the order counts, and shapes do not tell all. */
function checkNames(where: string, { groups }: OptimizerRecord, { paramGroups }: Optimizer, model: Module): void {
  const names = new Map<unknown, string>(model.namedParameters().map(([name, parameter]) => [parameter, name]));
  for (const [index, { params }] of paramGroups.entries()) {
    for (const [position, param] of params.entries()) {
      const [saved, own] = [groups[index]?.names[position] ?? null, names.get(param) ?? null];
      if (saved === own) continue;
      const what = `parameter ${position} of the optimizer's group ${index}`;
      const [expected, actual] = [saved, own].map((name) => (name === null ? "one that is not in the model" : show(name)));
      const hint = "give the optimizer the parameters in the same order";
      throw new StateDictError(complaint(where, what, `${expected}, as in the checkpoint`, `${actual}`, hint));
    }
  }
}
