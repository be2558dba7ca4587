import { randomUUID } from "node:crypto";
import { chmod, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
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

/**
 * Writes a file as a whole: under its name there is at any time, whatever fails, either what was there before or all of the new bytes, on the disk.
 */
export async function writeAtomically(where: string, path: string, bytes: Uint8Array): Promise<void> {
  try {
    const existing = await describe(path);
    const target = existing?.path ?? path;
    const folder = dirname(target);
    // Renaming is atomic only within one file system, hence the same folder.
    const temporary = join(folder, `.${basename(target).slice(0, 64)}.${randomUUID()}.tmp`);
    try {
      await writeSynced(temporary, bytes);
      if (existing !== undefined) await chmod(temporary, existing.mode);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(folder);
  } catch (cause) {
    const hint = "what was there before is unchanged";
    throw new FormatError(complaint(where, "the file", "one that can be written", reason(cause), hint), { cause });
  }
}

/** The file behind a path and its links, if there is one: it keeps its place and its permissions. */
async function describe(path: string): Promise<{ path: string; mode: number } | undefined> {
  try {
    const target = await realpath(path);
    return { path: target, mode: (await stat(target)).mode };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts the new name on the disk too. Windows cannot open a folder, and needs no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
