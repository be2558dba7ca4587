import { complaint, FormatError, show, showShape } from "../../errors.js";
import { decodeUtf8 } from "../utf8.js";
import { FILE_DTYPES, type FileDType } from "./dtypes.js";
import { JsonReader } from "./json.js";

/** The length of the number before the header. */
export const PREFIX = 8;

/** The longest header, as in the Python package. */
export const LONGEST_HEADER = 100_000_000;

/** The key of the header that names no tensor. */
export const METADATA = "__metadata__";

/** What the header says of one tensor. */
export interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly read: FileDType["read"];
  readonly shape: readonly number[];
  /** Where the values lie in the data. */
  readonly start: number;
  readonly end: number;
}

export interface Header {
  /** In the header's order. */
  readonly entries: readonly Entry[];
  readonly metadata: Record<string, string>;
  /** What follows the header: exactly the values of all tensors. */
  readonly data: Uint8Array;
}

/** Reads the header of a file, and checks it and that the data is what it says: afterwards every entry lies within the data. */
export function readHeader(where: string, file: Uint8Array): Header {
  const length = headerLength(where, file);
  // A copy: the TextDecoder of browsers takes no shared memory.
  const reader = new JsonReader(where, decodeText(where, file.slice(PREFIX, PREFIX + length)));
  const entries: Entry[] = [];
  const metadata: [string, string][] = [];
  reader.object((name) => {
    if (name === METADATA) reader.object((key) => metadata.push([key, reader.string()]));
    else entries.push(readEntry(where, name, reader));
  });
  reader.end();
  const data = file.subarray(PREFIX + length);
  checkLayout(where, entries, data.length);
  // `fromEntries` makes an own property also of a key `__proto__`.
  return { entries, metadata: Object.fromEntries(metadata), data };
}

function headerLength(where: string, file: Uint8Array): number {
  if (file.length < PREFIX) {
    throw new FormatError(complaint(where, "the file", `at least ${PREFIX} bytes long`, `${file.length}`, "is it empty, or cut off?"));
  }
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > LONGEST_HEADER) {
    const expected = `at most ${LONGEST_HEADER} bytes`;
    throw new FormatError(complaint(where, "the length of the header", expected, `${length}`, "is it a safetensors file?"));
  }
  if (PREFIX + Number(length) > file.length) {
    const [expected, actual] = [`at least ${PREFIX + Number(length)} bytes long, to hold its header`, `${file.length}`];
    throw new FormatError(complaint(where, "the file", expected, actual, "is it cut off, or no safetensors file?"));
  }
  return Number(length);
}

function decodeText(where: string, bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new FormatError(complaint(where, "the header", "text in UTF-8", "other bytes", "is it a safetensors file?"), { cause });
  }
}

function readEntry(where: string, name: string, reader: JsonReader): Entry {
  const what = `tensor ${show(name)}`;
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  reader.object((key) => {
    if (key === "dtype") dtype = reader.string();
    else if (key === "shape") shape = reader.array(() => reader.count());
    else if (key === "data_offsets") offsets = reader.array(() => reader.count());
    else throw new FormatError(complaint(where, `a key of ${what}`, "dtype, shape or data_offsets", show(key)));
  });
  if (dtype === undefined || shape === undefined || offsets === undefined) {
    const missing = dtype === undefined ? "dtype" : shape === undefined ? "shape" : "data_offsets";
    throw new FormatError(complaint(where, what, "{ dtype, shape, data_offsets }", `no ${missing}`));
  }
  const known = FILE_DTYPES.get(dtype);
  if (known === undefined) {
    throw new FormatError(complaint(where, `dtype of ${what}`, `one of ${[...FILE_DTYPES.keys()].join(", ")}`, show(dtype)));
  }
  const [start, end] = checkOffsets(where, `data_offsets of ${what}`, offsets, dtype, known.width, shape);
  return { name, dtype, read: known.read, shape, start, end };
}

/** Start and end, if they are as far apart as dtype and shape say. */
function checkOffsets(
  where: string,
  what: string,
  offsets: readonly number[],
  dtype: string,
  width: number,
  shape: readonly number[],
): readonly [start: number, end: number] {
  // Too large once is too large, whatever follows: Infinity · 0 is no safe integer either.
  const bytes = shape.reduce((product, size) => (Number.isSafeInteger(product * size) ? product * size : Number.POSITIVE_INFINITY), width);
  const [start, end] = offsets;
  if (offsets.length === 2 && start !== undefined && end !== undefined && end - start === bytes) {
    return [start, end];
  }
  const expected = `[start, end], ${Number.isFinite(bytes) ? bytes : "2^53 or more"} bytes apart for ${dtype} of shape ${showNumbers(shape)}`;
  throw new FormatError(complaint(where, what, expected, showNumbers(offsets)));
}

/** A list as messages show it, unless a broken file made it endless. */
function showNumbers(numbers: readonly number[]): string {
  return numbers.length > 16 ? `${numbers.length} numbers` : showShape(numbers);
}

/** Throws unless the entries fill the data, each beginning where one ends. They may stand in any order in the header. */
function checkLayout(where: string, entries: readonly Entry[], length: number): void {
  let end = 0;
  // An empty tensor comes before the one that begins where it does.
  for (const entry of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (entry.start !== end) {
      const what = `data_offsets of tensor ${show(entry.name)}`;
      throw new FormatError(complaint(where, what, `from ${end}, where the tensor before it ends`, showShape([entry.start, entry.end])));
    }
    end = entry.end;
  }
  if (end !== length) {
    const hint = length < end ? "is it cut off?" : "something was appended to it";
    throw new FormatError(complaint(where, "the data after the header", `${end} bytes long`, `${length}`, hint));
  }
}
