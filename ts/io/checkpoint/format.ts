// What a checkpoint is: a safetensors file whose tensors have these names, and whose metadata are JSON texts under these keys.

/** `format` in the metadata. */
export const FORMAT = "unrolled.checkpoint";

/** The version that is written, and the newest that can be read. */
export const VERSION = 1;

/** How the names of tensors begin, before a dot and more. `state` and `generator` may also stand alone. */
export const NAMES = { model: "model", optimizer: "optimizer.state", state: "state", generator: "generator" } as const;

/** What `stateDict()` and `loadStateDict()` have in common, whatever has them: learning rate schedulers of any kind. */
export interface Stateful {
  stateDict(): object;
  loadStateDict(stateDict: object): void;
}

/** What is kept of an optimizer beside its tensors. */
export interface OptimizerRecord {
  /** `optim.Adam`: where its errors come from. */
  readonly type: string;
  readonly groups: readonly GroupRecord[];
  /** The numbers that are kept for each parameter, such as `step`. */
  readonly numbers: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A group: its options, its parameters by their numbers, and what these are called in the model (null if they are not in it). */
export interface GroupRecord {
  readonly options: Readonly<Record<string, unknown>>;
  readonly params: readonly number[];
  readonly names: readonly (string | null)[];
}

/** What is kept of a scheduler. */
export interface SchedulerRecord {
  /** Its class, if that has a name that minifiers leave alone. */
  readonly type: string | null;
  readonly state: object;
}

/**
 * The name of a scheduler's class, if it is a literal: `static name = "StepLR"`, which is a field like any other. The name that engines give to a
 * class by themselves can be another one in the next build, and is none.
 */
export function literalName(value: object): string | null {
  if (typeof value.constructor !== "function") return null;
  const descriptor = Object.getOwnPropertyDescriptor(value.constructor, "name");
  return descriptor?.enumerable === true && typeof descriptor.value === "string" ? descriptor.value : null;
}

/** Whether it can be saved and loaded like a scheduler. */
export function isStateful(value: unknown): value is Stateful {
  if (typeof value !== "object" || value === null) return false;
  const { stateDict, loadStateDict } = value as Partial<Stateful>;
  return typeof stateDict === "function" && typeof loadStateDict === "function";
}
