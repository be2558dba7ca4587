import { complaint, FormatError, show } from "../../errors.js";
import { makeTensor, type Tensor } from "../../tensor/tensor.js";
import { type Entry, readHeader } from "../safetensors/header.js";
import { plainBytes, readValues } from "../safetensors/load.js";
import { TreeDecoder } from "./decode-tree.js";
import { ARRAYS, type Json } from "./encode-tree.js";
import { FORMAT, VERSION } from "./format.js";

type ArrayOf = new (buffer: ArrayBuffer) => ArrayBufferView;

/** The classes of typed arrays by the names that files give them. */
const CLASSES: ReadonlyMap<string, ArrayOf> = new Map<string, ArrayOf>(
  [
    ...[Float64Array, Float32Array, BigInt64Array, BigUint64Array, Int32Array],
    ...[Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array],
  ].map((Class) => [Class.name, Class]),
);

/** A checkpoint's file: its tensors, each taken once, and what its metadata hold. */
export class CheckpointFile {
  readonly #where: string;
  readonly #data: Uint8Array;
  readonly #metadata: Readonly<Record<string, string>>;
  /** What has not been taken yet. */
  readonly #entries: Map<string, Entry>;

  /** @throws FormatError if it is no checkpoint, or one of a newer version */
  constructor(where: string, bytes: unknown) {
    const { entries, metadata, data } = readHeader(where, plainBytes(where, bytes));
    this.#where = where;
    this.#data = data;
    this.#metadata = metadata;
    this.#entries = new Map(entries.map((entry) => [entry.name, entry]));
    const { format, version } = metadata;
    if (format !== FORMAT) {
      const actual = format === undefined ? "none" : show(format);
      const hint = "read other safetensors files with io.safetensors.load";
      throw new FormatError(complaint(where, "the format in the metadata", show(FORMAT), actual, hint));
    }
    if (version === `${VERSION}`) return;
    const hint = Number(version) > VERSION ? "a newer unrolled has written it: update unrolled" : "is it damaged?";
    throw new FormatError(complaint(where, "the version of the checkpoint", `${VERSION}`, show(version), hint));
  }

  /** The JSON under a key; undefined if there is none. */
  json(key: string): Json | undefined {
    const text = Object.hasOwn(this.#metadata, key) ? this.#metadata[key] : undefined;
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as Json;
    } catch (cause) {
      throw this.damaged(`${key} in the metadata`, "JSON", show(text), cause);
    }
  }

  /** What was encoded under a key; undefined if there is nothing. */
  tree(key: string): unknown {
    const json = this.json(key);
    return json === undefined ? undefined : new TreeDecoder(this.#where, key, (name, type) => this.#take(name, type)).decode(json);
  }

  /** All tensors whose names begin so, by the rest of their names. */
  tensors(prefix: string): Record<string, Tensor> {
    const names = [...this.#entries.keys()].filter((name) => name.startsWith(prefix));
    return Object.fromEntries(names.map((name) => [name.slice(prefix.length), this.tensor(name)]));
  }

  /** Drops the tensors whose names begin so. */
  skip(prefix: string): void {
    for (const name of this.#entries.keys()) if (name.startsWith(prefix)) this.#entries.delete(name);
  }

  tensor(name: string): Tensor {
    return this.#take(name, undefined) as Tensor;
  }

  /** A typed array of a class. */
  array(name: string, type: string): ArrayBufferView {
    return this.#take(name, type) as ArrayBufferView;
  }

  #take(name: string, type: string | undefined): Tensor | ArrayBufferView {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw this.damaged(`tensor ${show(name)}`, "in the file, once", "none, or one that is used already");
    this.#entries.delete(name);
    const { dtype, shape, start, end } = entry;
    if (type === undefined) return makeTensor(readValues(this.#where, entry, this.#data), shape);
    const Class = CLASSES.get(type);
    if (Class === undefined || ARRAYS.get(type) !== dtype || shape.length !== 1) {
      throw this.damaged(`tensor ${show(name)}`, `what was saved of ${show(type)}`, `${dtype} of ${shape.length} dimensions`);
    }
    return new Class(this.#data.slice(start, end).buffer as ArrayBuffer);
  }

  /** Throws if a tensor is left that nobody has taken. */
  finish(): void {
    const [name] = this.#entries.keys();
    if (name !== undefined) throw this.damaged("every tensor", "a part of model, optimizer, state or generator", show(name));
  }

  damaged(what: string, expected: string, actual: string, cause?: unknown): FormatError {
    return new FormatError(
      complaint(this.#where, what, expected, actual, "is the checkpoint damaged?"),
      cause === undefined ? {} : { cause },
    );
  }
}
