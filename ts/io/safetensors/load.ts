import { complaint, FormatError, OptionError, outOfMemory, show } from "../../errors.js";
import type { Values } from "../../tensor/dtype.js";
import { makeTensor, type Tensor } from "../../tensor/tensor.js";
import type { Refuse } from "./dtypes.js";
import { type Entry, readHeader } from "./header.js";

/**
 * The tensors of a safetensors file by their names, in the file's order.
 *
 * F32 stays; F64, F16 and BF16 become float32. I32 stays; I8, I16, I64, U8, U16, U32, U64 and BOOL become int32.
 *
 * @param bytes the whole file; it is copied
 * @throws FormatError for a file that is damaged or no safetensors file, for another dtype, and for an integer that int32 cannot hold
 *
 * @example
 * lstm.loadStateDict(io.safetensors.load(new Uint8Array(await response.arrayBuffer())));
 */
export function load(bytes: Uint8Array | ArrayBuffer): Record<string, Tensor> {
  const where = "io.safetensors.load";
  const { entries, data } = readHeader(where, plainBytes(where, bytes));
  // `fromEntries` makes an own property also of a tensor `__proto__`.
  return Object.fromEntries(entries.map((entry) => [entry.name, makeTensor(readValues(where, entry, data), entry.shape)]));
}

/**
 * The texts that a safetensors file holds beside its tensors; `{}` if there are none.
 *
 * @param bytes the whole file
 * @throws FormatError for a file that is damaged or no safetensors file
 */
export function metadata(bytes: Uint8Array | ArrayBuffer): Record<string, string> {
  const where = "io.safetensors.metadata";
  return readHeader(where, plainBytes(where, bytes)).metadata;
}

/** The same bytes as a plain Uint8Array: `slice` of Node's Buffer would be a view, and may lie where wider numbers cannot be read. */
export function plainBytes(where: string, bytes: unknown): Uint8Array {
  if (bytes instanceof Uint8Array) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  const hint = typeof bytes === "string" ? 'to read a file, import loadFile from "unrolled/node"' : undefined;
  throw new OptionError(complaint(where, "bytes", "a Uint8Array or an ArrayBuffer", show(bytes), hint));
}

/** @internal The values of an entry, as the tensor that `load` makes of it has them. */
export function readValues(where: string, { name, dtype, read, shape, start, end }: Entry, data: Uint8Array): Values {
  const refuse: Refuse = (index, value) => {
    const range = dtype === "BOOL" ? "0 or 1" : "an integer in [-2147483648, 2147483647]";
    const what = `the ${dtype} value of tensor ${show(name)} at [${positionOf(index, shape).join(", ")}]`;
    throw new FormatError(complaint(where, what, range, `${value}`));
  };
  try {
    return read(data.slice(start, end).buffer as ArrayBuffer, refuse);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw outOfMemory(where, `tensor ${show(name)} of ${end - start} bytes`, cause);
  }
}

/** The index in each dimension of the value at `index` in row-major order. */
function positionOf(index: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  let rest = index;
  for (const size of shape.toReversed()) {
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return position;
}
