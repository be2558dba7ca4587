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
 * @throws StateDictError before anything is changed: see {@link checkState}
 */
export function loadState(
  moduleName: string,
  targets: readonly (readonly [string, Tensor])[],
  source: Readonly<Record<string, Tensor | PlainTensor>>,
  strict: boolean,
): LoadResult {
  const result = checkState(moduleName, targets, source, strict);
  for (const [name, { storage }] of targets) {
    if (!Object.hasOwn(source, name)) continue;
    storage.values().set((readPlain(source[name]) as PlainTensor).data);
    storage.version++;
  }
  return result;
}

/**
 * Whether `source` can be loaded, without doing it.
 *
 * @throws StateDictError PyTorch's report of all keys, shapes and values that do not fit
 */
export function checkState(
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
  return { missingKeys, unexpectedKeys };
}

function keyReport(kind: string, keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [`${kind} key(s) in state_dict: ${keys.map((key) => `"${key}"`).join(", ")}. `];
}

/** What is wrong with `value` as the new value of `target`, if anything. */
function misfit(name: string, target: Tensor, value: unknown): string[] {
  const plain = readPlain(value);
  const copying = `While copying the parameter named "${name}", expected`;
  if (plain === null) return [`${copying} a tensor or { shape, data } from checkpoint but received ${show(value)}`];
  const { shape, data } = plain;
  // As PyTorch, which had no scalars before 0.4.
  const isOldScalar = target.shape.length === 0 && sameShape(shape, [1]);
  if (!isOldScalar && !sameShape(shape, target.shape)) {
    const [theirs, ours] = [showShape(shape), showShape(target.shape)];
    return [`size mismatch for ${name}: copying a param with shape ${theirs} from checkpoint, the shape in current model is ${ours}.`];
  }
  if (data.length !== sizeOf(shape))
    return [`size mismatch for ${name}: ${data.length} values for the shape ${showShape(shape)} from checkpoint.`];
  const wrong = findNoNumber(data);
  return wrong === undefined ? [] : [`${copying} numbers from checkpoint but received ${wrong}`];
}

/** Shape and values of a tensor or of plain data, not copied; null for anything else. The values may still be no numbers. */
export function readPlain(value: unknown): PlainTensor | null {
  if (value instanceof Tensor) return { shape: value.shape, data: value.storage.values() };
  if (typeof value !== "object" || value === null) return null;
  const { shape, data } = value as Partial<PlainTensor>;
  const isPlain = Array.isArray(shape) && (Array.isArray(data) || (ArrayBuffer.isView(data) && "length" in data));
  return isPlain ? (value as PlainTensor) : null;
}

/** What of the values cannot be written to a tensor, as messages show it; undefined if all are numbers. */
export function findNoNumber(values: ArrayLike<unknown>): string | undefined {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return show(values);
  if (ArrayBuffer.isView(values)) return undefined;
  const at = Array.prototype.findIndex.call(values, (value: unknown) => typeof value !== "number");
  return at < 0 ? undefined : `${show(values[at])} at ${at}`;
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
