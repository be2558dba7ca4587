import { complaint, OptionError, StateDictError, show, showShape } from "../errors.js";
import { sameShape, sizeOf } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";

/** The parameters and buffers of a module by their names, in PyTorch's order. */
export type StateDict = Record<string, Tensor>;

/** A tensor as plain data. */
export interface PlainTensor {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** What `loadStateDict` found that does not fit, which it only returns if it is not strict. */
export interface LoadResult {
  readonly missingKeys: string[];
  readonly unexpectedKeys: string[];
}

/**
 * Copies the values of `source` to the tensors of the same names.
 *
 * @throws StateDictError before anything is changed: PyTorch's report of all keys and shapes that do not fit
 */
export function loadState(
  moduleName: string,
  targets: readonly (readonly [string, Tensor])[],
  source: Readonly<Record<string, Tensor | PlainTensor>>,
  strict: boolean,
): LoadResult {
  if (typeof source !== "object" || source === null || Array.isArray(source)) {
    throw new OptionError(complaint("Module.loadStateDict", "stateDict", "an object of tensors by name", show(source)));
  }
  const names = new Set(targets.map(([name]) => name));
  const missingKeys = [...names].filter((name) => !Object.hasOwn(source, name));
  const unexpectedKeys = Object.keys(source).filter((name) => !names.has(name));
  const complaints = strict ? [...keyReport("Missing", missingKeys), ...keyReport("Unexpected", unexpectedKeys)] : [];
  const present = targets.filter(([name]) => Object.hasOwn(source, name));
  for (const [name, target] of present) complaints.push(...misfit(name, target, source[name]));
  if (complaints.length > 0) {
    throw new StateDictError(`Error(s) in loading state_dict for ${moduleName}:\n\t${complaints.join("\n\t")}`);
  }
  for (const [name, { storage }] of present) {
    const value = source[name] as Tensor | PlainTensor;
    storage.values().set(value instanceof Tensor ? value.storage.values() : value.data);
    storage.version++;
  }
  return { missingKeys, unexpectedKeys };
}

function keyReport(kind: string, keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [`${kind} key(s) in state_dict: ${keys.map((key) => `"${key}"`).join(", ")}. `];
}

/** What is wrong with `value` as the new value of `target`, if anything. */
function misfit(name: string, target: Tensor, value: unknown): string[] {
  if (!(value instanceof Tensor) && !isPlainTensor(value)) {
    return [
      `While copying the parameter named "${name}", expected a tensor or { shape, data } from checkpoint but received ${show(value)}`,
    ];
  }
  if (!sameShape(value.shape, target.shape)) {
    const [theirs, ours] = [showShape(value.shape), showShape(target.shape)];
    return [`size mismatch for ${name}: copying a param with shape ${theirs} from checkpoint, the shape in current model is ${ours}.`];
  }
  if (value instanceof Tensor || value.data.length === sizeOf(value.shape)) return [];
  return [`size mismatch for ${name}: ${value.data.length} values for the shape ${showShape(value.shape)} from checkpoint.`];
}

function isPlainTensor(value: unknown): value is PlainTensor {
  if (typeof value !== "object" || value === null) return false;
  const { shape, data } = value as Partial<PlainTensor>;
  return Array.isArray(shape) && (Array.isArray(data) || (ArrayBuffer.isView(data) && "length" in data));
}

/** Throws unless a parameter or buffer may have this name: it becomes a field, and a part of the keys of state dicts. */
export function checkMemberName(where: string, owner: object, name: unknown, isOfItsKind: (current: unknown) => boolean): void {
  if (typeof name !== "string" || name === "" || name.includes(".")) {
    throw new OptionError(complaint(where, "name", 'a string that is not empty and has no "."', show(name)));
  }
  const current: unknown = Reflect.get(owner, name);
  if (current === undefined || current === null || isOfItsKind(current)) return;
  throw new OptionError(complaint(where, "name", "one that is not taken", show(name)));
}
