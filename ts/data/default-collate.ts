import { complaint, OptionError, ShapeError, show, showShape } from "../errors.js";
import { checkInt32 } from "../tensor/convert.js";
import { type NumberArray, tensor } from "../tensor/create.js";
import { stack } from "../tensor/join.js";
import { sameShape } from "../tensor/shape.js";
import { isTensor, type Tensor } from "../tensor/tensor.js";

/** What `defaultCollate` makes of samples of type `S`. */
export type Collated<S> = [S] extends [Tensor | NumberArray | number | boolean]
  ? Tensor
  : [S] extends [string]
    ? string[]
    : [S] extends [readonly unknown[]]
      ? { -readonly [K in keyof S]: Collated<S[K]> }
      : [S] extends [object]
        ? { -readonly [K in keyof S]: Collated<S[K]> }
        : never;

const where = "data.defaultCollate";

/**
 * Makes one batch of samples that are alike.
 *
 * - Tensors and typed arrays of one shape become a tensor with a first dimension more.
 * - Numbers become a tensor `[N]`; true and false become 1 and 0.
 * - Texts stay a list.
 * - Arrays are put together element by element, plain objects key by key.
 *
 * DIFFERS: numbers are int32 if all of them in the batch are whole, else float32, since JavaScript does not tell 1.0 from 1. Samples whose
 * floats may all be whole give a tensor: `tensor(1)`.
 *
 * @param samples at least one; all like the first
 * @throws OptionError or ShapeError if they are not alike, or nothing of this
 */
export function defaultCollate<S>(samples: readonly S[]): Collated<S> {
  if (!Array.isArray(samples) || samples.length === 0) {
    throw new OptionError(complaint(where, "samples", "an array of at least one", show(samples)));
  }
  return collate(samples, "sample") as Collated<S>;
}

function collate(all: readonly unknown[], name: string): unknown {
  const [first] = all;
  if (isTensor(first)) return stackAll(alike(all, name, "a tensor", isTensor), name);
  if (ArrayBuffer.isView(first)) {
    const arrays = alike(all, name, "a typed array", ArrayBuffer.isView) as unknown as NumberArray[];
    return stackAll(
      arrays.map((array) => tensor(array)),
      name,
    );
  }
  if (isNumeric(first)) return numbers(alike(all, name, "a number", isNumeric).map(Number), name);
  if (typeof first === "string") return alike(all, name, "a string", (value) => typeof value === "string");
  if (Array.isArray(first)) return elements(alike(all, name, `an array of ${first.length}`, isArrayOf(first.length)), name);
  if (isPlain(first)) return fields(alike(all, name, "a plain object", isPlain), Object.keys(first), name);
  const expected = "a tensor, number, boolean, string, typed array, array or plain object";
  throw new OptionError(complaint(where, `every ${name}`, expected, show(first), "pass a collate function for others"));
}

/** All of them, if all are of the kind of the first. */
function alike<T>(all: readonly unknown[], name: string, expected: string, is: (value: unknown) => value is T): T[];
function alike(all: readonly unknown[], name: string, expected: string, is: (value: unknown) => boolean): unknown[];
function alike(all: readonly unknown[], name: string, expected: string, is: (value: unknown) => boolean): unknown[] {
  const odd = all.findIndex((value) => !is(value));
  if (odd < 0) return [...all];
  const actual = Array.isArray(all[odd]) ? `an array of ${all[odd].length}` : show(all[odd]);
  throw new OptionError(complaint(where, `every ${name}`, `${expected}, as the first`, `${actual} as number ${odd}`));
}

function isNumeric(value: unknown): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}

function isArrayOf(length: number): (value: unknown) => value is unknown[] {
  return (value): value is unknown[] => Array.isArray(value) && value.length === length;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function stackAll(tensors: readonly Tensor[], name: string): Tensor {
  const [{ shape }] = tensors as [Tensor];
  const odd = tensors.find((each) => !sameShape(each.shape, shape));
  if (odd === undefined) return stack(tensors);
  const hint = "pad them in a collate function, with nn.utils.rnn.padSequence";
  throw new ShapeError(complaint(where, `every ${name}`, `${showShape(shape)}, as the first`, showShape(odd.shape), hint));
}

function numbers(values: readonly number[], name: string): Tensor {
  if (!values.every(Number.isInteger)) return tensor(values);
  for (const value of values) checkInt32(where, `every whole ${name}`, value);
  return tensor(values, { dtype: "int32" });
}

function elements(all: readonly (readonly unknown[])[], name: string): unknown[] {
  const [first] = all as [readonly unknown[]];
  return first.map((_, position) =>
    collate(
      all.map((each) => each[position]),
      `${name}[${position}]`,
    ),
  );
}

function fields(all: readonly Readonly<Record<string, unknown>>[], keys: readonly string[], name: string): Record<string, unknown> {
  const column = (key: string) => {
    const odd = all.findIndex((each) => !Object.hasOwn(each, key));
    if (odd < 0) return all.map((each) => each[key]);
    throw new OptionError(complaint(where, `every ${name}`, `an object with ${key}, as the first`, `${show(all[odd])} as number ${odd}`));
  };
  return Object.fromEntries(keys.map((key) => [key, collate(column(key), `${name}.${key}`)]));
}
