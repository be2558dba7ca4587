import { readFileSync } from "node:fs";

/** A file in test/fixtures. */
export function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../fixtures/${name}.safetensors`, import.meta.url));
}

/** A safetensors file of a header, as text or as the object it is made of, and data. */
export function fileOf(header: string | object, data: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  return prefixed(text.length, text, data);
}

/** A file of a header's length, true or not, and bytes. */
export function prefixed(length: number | bigint, header: ArrayLike<number>, data: ArrayLike<number> = []): Uint8Array {
  const file = new Uint8Array(8 + header.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(header, 8);
  file.set(data, 8 + header.length);
  return file;
}

/** A file of one tensor. */
export function oneTensor(dtype: string, shape: readonly number[], data: ArrayLike<number>): Uint8Array {
  return fileOf({ x: { dtype, shape, data_offsets: [0, data.length] } }, data);
}

/** The bytes of a typed array. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** What a file holds of a tensor. */
export interface Part {
  dtype: string;
  shape: number[];
  bytes: Uint8Array;
}

/** The file with other tensors, or other metadata: both may be changed in place. */
export function edited(file: Uint8Array, edit: (tensors: Record<string, Part>, metadata: Record<string, string>) => void): Uint8Array {
  const start = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const { __metadata__: metadata, ...entries } = JSON.parse(new TextDecoder().decode(file.subarray(8, start)));
  const tensors: Record<string, Part> = {};
  for (const [name, { dtype, shape, data_offsets: at }] of Object.entries<{ dtype: string; shape: number[]; data_offsets: number[] }>(
    entries,
  )) {
    tensors[name] = { dtype, shape, bytes: file.slice(start + (at[0] as number), start + (at[1] as number)) };
  }
  edit(tensors, metadata);
  const header: Record<string, object> = { __metadata__: metadata };
  const data: number[] = [];
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [data.length, data.length + bytes.length] };
    data.push(...bytes);
  }
  return fileOf(header, data);
}
