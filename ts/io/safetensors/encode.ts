import { complaint, OptionError, outOfMemory } from "../../errors.js";
import { encodeUtf8 } from "../utf8.js";
import { LONGEST_HEADER, METADATA, PREFIX } from "./header.js";

/** The dtypes that can be written, in the order of the Python package's files: wider ones first, so that every value lies at a multiple of its size. */
const FILE_ORDER = ["U64", "I64", "F64", "F32", "U32", "I32", "U16", "I16", "I8", "U8"] as const;

export type WrittenDType = (typeof FILE_ORDER)[number];

/** What a file is to hold of one tensor. */
export interface Content {
  readonly name: string;
  readonly dtype: WrittenDType;
  readonly shape: readonly number[];
  /** Of the dtype's width, as many as the shape says. They may lie in the core: they are copied before anything else can happen. */
  readonly values: ArrayBufferView;
}

/** A safetensors file of these contents, whose names differ and are well-formed text, as is the metadata. */
export function encodeFile(
  where: string,
  contents: readonly Content[],
  metadata: Readonly<Record<string, string>> | undefined,
): Uint8Array<ArrayBuffer> {
  const sorted = contents.toSorted(inFileOrder);
  const header = encodeHeader(where, sorted, metadata);
  const bytes = sorted.reduce((sum, { values }) => sum + values.byteLength, PREFIX + header.length);
  const file = newBytes(where, bytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, PREFIX);
  let at = PREFIX + header.length;
  for (const { values } of sorted) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return file;
}

function newBytes(where: string, count: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(count);
  } catch (cause) {
    throw outOfMemory(where, `a file of ${count} bytes`, cause);
  }
}

/** The order of the Python package: wider dtypes first (of equal width, floats), then names. */
function inFileOrder(a: Content, b: Content): number {
  return FILE_ORDER.indexOf(a.dtype) - FILE_ORDER.indexOf(b.dtype) || compareCodePoints(a.name, b.name);
}

/** The order of strings in Rust: by code points. JavaScript's `<` compares UTF-16, where U+10000 comes before U+E000. */
function compareCodePoints(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}

/** The header's JSON, padded with spaces to a multiple of 8 bytes, so that the data begins at one. */
function encodeHeader(where: string, contents: readonly Content[], metadata: Readonly<Record<string, string>> | undefined): Uint8Array {
  const members = metadata === undefined ? [] : [`"${METADATA}":${JSON.stringify(metadata)}`];
  let start = 0;
  for (const { name, dtype, shape, values } of contents) {
    const end = start + values.byteLength;
    // Written by hand: an object would move a name such as "0" to the front.
    members.push(`${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(",")}],"data_offsets":[${start},${end}]}`);
    start = end;
  }
  const text = encodeUtf8(`{${members.join(",")}}`);
  const header = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(" ".charCodeAt(0));
  header.set(text);
  if (header.length <= LONGEST_HEADER) return header;
  const expected = `at most ${LONGEST_HEADER} bytes long`;
  throw new OptionError(complaint(where, "the header (names, shapes and metadata)", expected, `${header.length}`));
}
