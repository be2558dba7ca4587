import { complaint, OptionError, show } from "../../errors.js";
import { checkOptions } from "../../options.js";
import { Tensor } from "../../tensor/tensor.js";
import { LONGEST_HEADER, METADATA, PREFIX } from "./header.js";
import { isWellFormed } from "./json.js";

export interface SaveOptions {
  /** Texts to keep beside the tensors. @default none */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

const WHERE = "io.safetensors.save";

/**
 * A safetensors file of these tensors: byte for byte what Python's `safetensors.torch.save` makes of them (which keeps its metadata in no order).
 *
 * float32 is written as F32, int32 as I32.
 *
 * @param tensors by their names, such as `module.stateDict()`
 * @param options.metadata texts to keep beside them
 * @throws OptionError for a value that is no tensor, metadata that is no text, and a name that the format cannot hold
 *
 * @example
 * const bytes = io.safetensors.save(lstm.stateDict(), { metadata: { format: "pt" } });
 */
export function save(tensors: Readonly<Record<string, Tensor>>, options?: SaveOptions): Uint8Array<ArrayBuffer> {
  const { metadata } = checkOptions<SaveOptions>(WHERE, options, { metadata: undefined });
  const entries = Object.entries(checkTensors(tensors)).sort(inFileOrder);
  const header = encodeHeader(entries, metadata === undefined ? undefined : checkMetadata(metadata));
  const count = entries.reduce((sum, [, tensor]) => sum + tensor.numel(), 0);
  const file = new Uint8Array(PREFIX + header.length + 4 * count);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, PREFIX);
  let at = PREFIX + header.length;
  for (const [, tensor] of entries) {
    const values = tensor.storage.values();
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return file;
}

function checkTensors(tensors: unknown): Readonly<Record<string, Tensor>> {
  if (typeof tensors !== "object" || tensors === null || tensors instanceof Tensor || Symbol.iterator in tensors) {
    throw new OptionError(complaint(WHERE, "tensors", "an object of tensors by their names", show(tensors)));
  }
  for (const [name, value] of Object.entries(tensors)) {
    if (name === METADATA) {
      throw new OptionError(
        complaint(WHERE, "the name of a tensor", `other than ${METADATA}`, show(name), "texts go into options.metadata"),
      );
    }
    checkText("the name of a tensor", name);
    if (!(value instanceof Tensor)) {
      const hint = "stateDict" in tensors ? "pass its stateDict()" : undefined;
      throw new OptionError(complaint(WHERE, `tensors[${show(name)}]`, "a tensor", show(value), hint));
    }
  }
  return tensors as Readonly<Record<string, Tensor>>;
}

function checkMetadata(metadata: unknown): Readonly<Record<string, string>> {
  if (typeof metadata !== "object" || metadata === null || Symbol.iterator in metadata) {
    throw new OptionError(complaint(WHERE, "metadata", "an object of strings", show(metadata)));
  }
  for (const [key, value] of Object.entries(metadata)) {
    checkText("a key of metadata", key);
    checkText(`metadata[${show(key)}]`, value);
  }
  return metadata as Readonly<Record<string, string>>;
}

function checkText(what: string, text: unknown): void {
  if (typeof text !== "string")
    throw new OptionError(complaint(WHERE, what, "a string", show(text), "numbers and objects: JSON.stringify"));
  if (!isWellFormed(text)) throw new OptionError(complaint(WHERE, what, "text that UTF-8 can hold", `${show(text)} with half a character`));
}

/** The order of the Python package: wider dtypes first (of equal width, floats), then names. */
function inFileOrder([nameA, a]: [string, Tensor], [nameB, b]: [string, Tensor]): number {
  if (a.dtype !== b.dtype) return a.dtype === "float32" ? -1 : 1;
  return compareCodePoints(nameA, nameB);
}

/** The order of strings in Rust: by code points. JavaScript's `<` compares UTF-16, where U+10000 comes before U+E000. */
function compareCodePoints(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}

/** The header's JSON, padded with spaces to a multiple of 8 bytes, so that the data begins at one. */
function encodeHeader(entries: readonly (readonly [string, Tensor])[], metadata: Readonly<Record<string, string>> | undefined): Uint8Array {
  const members = metadata === undefined ? [] : [`"${METADATA}":${JSON.stringify(metadata)}`];
  let start = 0;
  for (const [name, { dtype, shape, storage }] of entries) {
    const end = start + 4 * storage.length;
    const type = dtype === "float32" ? "F32" : "I32";
    // Written by hand: an object would move a name such as "0" to the front.
    members.push(`${JSON.stringify(name)}:{"dtype":"${type}","shape":[${shape.join(",")}],"data_offsets":[${start},${end}]}`);
    start = end;
  }
  const text = new TextEncoder().encode(`{${members.join(",")}}`);
  const header = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(" ".charCodeAt(0));
  header.set(text);
  if (header.length <= LONGEST_HEADER) return header;
  const expected = `at most ${LONGEST_HEADER} bytes long`;
  throw new OptionError(complaint(WHERE, "the header (names, shapes and metadata)", expected, `${header.length}`));
}
