import { complaint, StateDictError, show } from "../../errors.js";
import { isObject } from "../../optim/load.js";
import { TreeDecoder } from "./decode-tree.js";
import { TreeEncoder } from "./encode-tree.js";
import type { CheckpointFile } from "./file.js";
import { literalName, type SchedulerRecord, type Stateful } from "./format.js";

/** What `stateDict()` gave when the checkpoint was made. */
export type SavedScheduler = SchedulerRecord["state"];

/**
 * What the file has of a scheduler, if it is one of this kind: of the same class, or, where classes have no names of their own, with the same keys.
 *
 * @throws StateDictError if there is none, or of another kind
 */
export function savedScheduler(where: string, file: CheckpointFile, scheduler: Stateful): SavedScheduler {
  const record = file.tree("scheduler");
  if (record === undefined) {
    const hint = "load it without the scheduler, or save it with one";
    throw new StateDictError(complaint(where, "the checkpoint", "one with a scheduler", "one without", hint));
  }
  if (!isObject(record) || !isObject(record["state"])) throw file.damaged("scheduler in the metadata", "{ type, state }", show(record));
  const [type, own] = [record["type"], literalName(scheduler)];
  if (typeof type === "string" && own !== null) {
    if (type === own) return record["state"];
    throw new StateDictError(complaint(where, "scheduler", `${type}, as in the checkpoint`, own));
  }
  const [expected, actual] = [keysOf(record["state"]), keysOf(scheduler.stateDict())];
  if (expected === actual) return record["state"];
  throw new StateDictError(complaint(where, "scheduler", `one whose state is { ${expected} }, as in the checkpoint`, `{ ${actual} }`));
}

function keysOf(state: object): string {
  return Object.keys(state).sort().join(", ");
}

/** Loads it, or leaves it as it was and throws what it throws. The result undoes it. */
export function loadScheduler(where: string, scheduler: Stateful, saved: SavedScheduler): () => void {
  const before = copyOf(where, scheduler.stateDict());
  const undo = () => scheduler.loadStateDict(before);
  try {
    scheduler.loadStateDict(saved);
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}

/** A copy that shares nothing: what `stateDict()` gives may be the scheduler's own. */
function copyOf(where: string, state: object): object {
  const json = new TreeEncoder(where, "scheduler", false).encode(state);
  const never = (name: string): never => {
    throw new StateDictError(complaint(where, "scheduler", "without tensors", show(name)));
  };
  return new TreeDecoder(where, "scheduler", never).decode(json) as object;
}
