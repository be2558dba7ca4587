import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { type FileHandle, open, readFile, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { complaint, FormatError, OptionError, show } from "../errors.js";

/** A path, or a URL with `file:`. */
export type Path = string | URL;

/** `path` as a string. */
export function checkPath(where: string, path: unknown): string {
  if (typeof path === "string" && path !== "") return path;
  if (path instanceof URL && path.protocol === "file:") return fileURLToPath(path);
  throw new OptionError(complaint(where, "path", "a path or a file: URL", path instanceof URL ? path.href : show(path)));
}

/** All of a file. */
export async function readBytes(where: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const hint = `relative paths begin at ${process.cwd()}`;
    throw new FormatError(complaint(where, "the file", "one that can be read", reason(cause), hint), { cause });
  }
}

/** What `read` makes of a file; its errors name the file in place of the function that found them. */
export function namingTheFile<T>(where: string, reader: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new FormatError(
      cause.message.replace(reader, () => where),
      { cause },
    );
  }
}

/**
 * Writes a file as a whole: under its name there is at any time, whatever fails, either what was there before or all of the new bytes, on the disk.
 *
 * A link is followed: what it points to is replaced, and the link stays. Permissions stay, and the owner where that is allowed.
 * A process that is killed while it writes leaves a `.name.….tmp` beside the file, which nobody reads.
 */
export async function writeAtomically(where: string, path: string, bytes: Uint8Array): Promise<void> {
  try {
    const target = await behindLinks(path);
    const existing = await describe(target);
    // Renaming is atomic only within one file system, hence the same folder.
    const temporary = join(dirname(target), `.${basename(target).slice(0, 64)}.${randomUUID()}.tmp`);
    try {
      await writeSynced(temporary, bytes, existing);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {}); // the first error is the one to tell
      throw error;
    }
    await syncFolder(dirname(target));
  } catch (cause) {
    const hint = "what was there before is unchanged";
    throw new FormatError(complaint(where, "the file", "one that can be written", reason(cause), hint), { cause });
  }
}

/** What a path and its links lead to, also if that is not there yet. */
async function behindLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  const next = await readlink(path).catch(() => undefined);
  // Of a circle `realpath` says ELOOP.
  return next === undefined ? path : behindLinks(resolve(dirname(path), next));
}

/** The file that is to be replaced, if there is one. */
async function describe(path: string): Promise<Stats | undefined> {
  try {
    const stats = await stat(path);
    if (stats.isFile() || stats.isDirectory()) return stats; // of a folder `rename` has more to say
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
  throw new Error("a device or pipe, which cannot be replaced as a whole");
}

async function writeSynced(path: string, bytes: Uint8Array, existing: Stats | undefined): Promise<void> {
  // From the first moment nobody can read it who could not read the old one.
  const file = await open(path, "wx", existing === undefined ? 0o666 : existing.mode & 0o700);
  try {
    if (existing !== undefined) await keepPermissions(file, existing);
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function keepPermissions(file: FileHandle, { mode, uid, gid }: Stats): Promise<void> {
  const own = await file.stat();
  // Only root may give a file away: to others, the new one belongs to who writes it.
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid).catch(() => {});
  await file.chmod(mode & 0o7777);
}

/** Puts the new name on the disk too, where that is possible: Windows cannot open a folder, and needs no such thing; some file systems know none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === code;
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
