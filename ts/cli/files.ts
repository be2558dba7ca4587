import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { InputError, quote, sentence } from "./errors.js";
import { suggestion } from "./nearest.js";

/** Why the system refused, in its own words without its code. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ENOENT: "no such file or folder",
    EACCES: "no permission",
    EPERM: "no permission",
    ENOSPC: "no space left on the disk",
    EROFS: "a disk that is read-only",
    ENOTDIR: "a path through a file",
    EEXIST: "a file",
    EISDIR: "a folder",
    EFBIG: "a file larger than is allowed",
    EDQUOT: "no space left in the quota",
    EMFILE: "too many open files",
  };
  return (code === undefined ? undefined : words[code]) ?? message;
}

/**
 * All bytes of a file, or of standard input for "-".
 *
 * @throws InputError if it is not there, a folder, empty, or cannot be read
 */
export async function readInput(path: string): Promise<Uint8Array> {
  if (path === "-") return readStandardInput();
  const stats = await stat(path).catch(async (error: unknown) => {
    throw new InputError(sentence(path, "the file", "one that can be read", reason(error), await similar(path)));
  });
  if (stats.isDirectory()) throw new InputError(sentence(path, "the file", "one that can be read", "a folder"));
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new InputError(sentence(path, "the file", "one that can be read", reason(error)));
  });
  if (bytes.length === 0) throw new InputError(sentence(path, "the file", "one with something in it", "an empty one"));
  return bytes;
}

async function readStandardInput(): Promise<Uint8Array> {
  if (process.stdin.isTTY) throw new InputError(sentence("-", "standard input", "a file or a pipe", "a terminal"));
  const bytes = new TextEncoder().encode(await readAll(process.stdin));
  if (bytes.length === 0) throw new InputError(sentence("-", "standard input", "one with something in it", "nothing"));
  return bytes;
}

/** What may have been meant: a name in the same folder. */
async function similar(path: string): Promise<string | undefined> {
  const names = await readdir(dirname(path)).catch(() => []);
  return suggestion(basename(path), names);
}

/** A text and how it was written. */
export interface Decoded {
  readonly text: string;
  /** Something to tell, if it was not plain UTF-8. */
  readonly note: string | null;
}

/**
 * The text of bytes: UTF-8, UTF-16 with its mark, or else Windows' western letters.
 *
 * @throws InputError if the bytes are no text
 */
export function decode(bytes: Uint8Array, where: string): Decoded {
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
  if (mark !== undefined) return { text: new TextDecoder(mark).decode(bytes), note: null };
  const odd = bytes.subarray(0, 65_536).filter((byte) => byte < 9 || (byte > 13 && byte < 27)).length;
  if (odd > 0) throw new InputError(sentence(where, "the file", "text", kindOf(bytes), "--bytes reads any file, as a text model of bytes"));
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), note: null };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), note: `${quote(where)} is not UTF-8: read as Windows-1252` };
  }
}

/** What kind of binary file it is, by its first bytes. */
function kindOf(bytes: Uint8Array): string {
  const begins = (...first: number[]) => first.every((byte, index) => bytes[index] === byte);
  if (begins(0x50, 0x4b, 3, 4)) return "a zip file, as of Excel: save it as CSV";
  if (begins(0x89, 0x50, 0x4e, 0x47) || begins(0xff, 0xd8)) return "a picture";
  if (begins(0x1f, 0x8b)) return "a gzip file: unpack it first";
  if (begins(0x50, 0x41, 0x52, 0x31)) return "a Parquet file: save it as CSV";
  return "a binary file";
}

/** What tells a file from another. */
export function fingerprint(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
