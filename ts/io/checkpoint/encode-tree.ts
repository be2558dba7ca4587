import { foreignHint } from "../../copies.js";
import { complaint, OptionError, show } from "../../errors.js";
import { Tensor } from "../../tensor/tensor.js";
import type { Content, WrittenDType } from "../safetensors/encode.js";
import { contentOf } from "../safetensors/save.js";

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The key of an object that stands for what JSON has no word for: `{ "$": "number", "value": "-0" }`, `{ "$": "tensor", "name": "state.h" }`.
 * An object that has the key itself becomes `{ "$": "object", "entries": [[key, value], …] }`.
 */
export const TAG = "$";

/** How deep things may lie in one another: enough for anything but a mistake, and far from the end of the stack. */
export const DEEPEST = 200;

/** The typed arrays that can be saved, as the file calls them. */
export const ARRAYS: ReadonlyMap<string, WrittenDType> = new Map<string, WrittenDType>([
  ["Float64Array", "F64"],
  ["Float32Array", "F32"],
  ["BigInt64Array", "I64"],
  ["BigUint64Array", "U64"],
  ["Int32Array", "I32"],
  ["Uint32Array", "U32"],
  ["Int16Array", "I16"],
  ["Uint16Array", "U16"],
  ["Int8Array", "I8"],
  ["Uint8Array", "U8"],
]);

/**
 * Makes JSON of numbers, texts, arrays and plain objects in one another, exactly: NaN, infinities, −0 and undefined too. Tensors and typed arrays go
 * into the file beside it, by names that tell where they were: `state.layers.0.h`.
 */
export class TreeEncoder {
  /** What is to be written beside the JSON. */
  readonly contents: Content[] = [];
  readonly #where: string;
  readonly #root: string;
  readonly #takesTensors: boolean;
  readonly #above = new Set<object>();
  readonly #names = new Set<string>();

  /**
   * @param root what the whole is called, in errors and in names of tensors
   * @param takesTensors whether there may be tensors and typed arrays
   */
  constructor(where: string, root: string, takesTensors: boolean) {
    this.#where = where;
    this.#root = root;
    this.#takesTensors = takesTensors;
  }

  encode(value: unknown, path: readonly (string | number)[] = []): Json {
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (typeof value === "number") return encodeNumber(value);
    if (value === undefined) return { [TAG]: "undefined" };
    if (typeof value !== "object") throw this.#refusal(value, path);
    if (value instanceof Tensor) return this.#keep({ [TAG]: "tensor" }, value, path, (name) => contentOf(name, value));
    if (ArrayBuffer.isView(value)) return this.#encodeArray(value, path);
    if (this.#above.has(value)) throw this.#failure(path, "no part of itself", "a cycle");
    if (path.length >= DEEPEST) throw this.#failure(path, `at most ${DEEPEST} levels deep`, "more");
    this.#above.add(value);
    const result = Array.isArray(value)
      ? Array.from(value, (each: unknown, index) => this.encode(each, [...path, index]))
      : this.#encodeObject(value, path);
    this.#above.delete(value);
    return result;
  }

  #encodeObject(value: object, path: readonly (string | number)[]): Json {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw this.#refusal(value, path);
    const entries = Object.entries(value).map(([key, each]): [string, Json] => [key, this.encode(each, [...path, key])]);
    // `fromEntries` makes an own property also of a key `__proto__`.
    return Object.hasOwn(value, TAG) ? { [TAG]: "object", entries } : Object.fromEntries(entries);
  }

  #encodeArray(value: ArrayBufferView, path: readonly (string | number)[]): Json {
    // Not the name of its class: Node's Buffer is a Uint8Array.
    const type = (value as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? "";
    const dtype = ARRAYS.get(type);
    if (dtype === undefined) throw this.#refusal(value, path);
    const { length } = value as Uint8Array;
    return this.#keep({ [TAG]: "array", type }, value, path, (name) => ({ name, dtype, shape: [length], values: value }));
  }

  #keep(
    tag: { readonly [TAG]: string; readonly type?: string },
    value: object,
    path: readonly (string | number)[],
    contentNamed: (name: string) => Content,
  ): Json {
    if (!this.#takesTensors) throw this.#refusal(value, path);
    // Half a character cannot be in a name; two paths can give one name: "a.b", and b in a.
    const plain = [this.#root, ...path].join(".").replaceAll(/\p{Surrogate}/gu, "\ufffd");
    let name = plain;
    for (let count = 2; this.#names.has(name); count++) name = `${plain}#${count}`;
    this.#names.add(name);
    this.contents.push(contentNamed(name));
    return { ...tag, name };
  }

  #refusal(value: unknown, path: readonly (string | number)[]): OptionError {
    const plain = "null, a boolean, a number, a string, or arrays and plain objects of these";
    const expected = this.#takesTensors ? `a tensor, a typed array, ${plain}` : plain;
    return this.#failure(path, expected, describe(value), foreignHint(value) ?? hintFor(value, this.#root));
  }

  #failure(path: readonly (string | number)[], expected: string, actual: string, hint?: string): OptionError {
    const keys = path.map((key) => (typeof key === "string" && /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${show(key)}]`));
    return new OptionError(complaint(this.#where, this.#root + keys.join(""), expected, actual, hint));
  }
}

function encodeNumber(value: number): Json {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : { [TAG]: "number", value: Object.is(value, -0) ? "-0" : `${value}` };
}

/** A value as errors show it: of an object, the name of its class is all there is to say. */
function describe(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  const shown = show(value);
  return shown === "an object" ? `an object of class ${(value as object).constructor?.name}` : shown;
}

function hintFor(value: unknown, root: string): string | undefined {
  if (value instanceof Tensor || ArrayBuffer.isView(value)) return root === "extra" ? "tensors and typed arrays go into state" : undefined;
  return isWithState(value) ? "pass its stateDict()" : undefined;
}

function isWithState(value: unknown): boolean {
  return typeof value === "object" && value !== null && "stateDict" in value;
}
