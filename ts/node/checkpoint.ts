import { io } from "unrolled";
import { complaint, OptionError, show } from "../errors.js";
import { checkPath, namingTheFile, type Path, readBytes, writeAtomically } from "./files.js";

/**
 * Writes a checkpoint; see `io.checkpoint.save`. It is written as a whole: whatever happens, the file is the old one or the new one.
 *
 * @param contents their values at the time of the call are written
 * @throws FormatError, which names the file, if it cannot be written
 *
 * @example
 * await saveCheckpoint({ model, optimizer, scheduler, epoch }, "last.safetensors");
 */
export async function saveCheckpoint(contents: io.checkpoint.Contents, path: Path): Promise<void> {
  if (typeof contents === "string" || contents instanceof URL) {
    throw new OptionError(complaint("saveCheckpoint", "contents", "{ model, … }", show(contents), "the path comes second"));
  }
  const name = checkPath("saveCheckpoint", path);
  await writeAtomically(`saveCheckpoint(${JSON.stringify(name)})`, name, io.checkpoint.save(contents));
}

/**
 * Reads a checkpoint into model, optimizer, scheduler and the random generator; see `io.checkpoint.load`. When it fails, all of them are as they were.
 *
 * @throws FormatError, which names the file, if it cannot be read, is damaged or is no checkpoint
 *
 * @example
 * const { epoch } = await loadCheckpoint("last.safetensors", { model, optimizer, scheduler });
 */
export async function loadCheckpoint<S = unknown, X = unknown>(
  path: Path,
  targets: io.checkpoint.Targets,
): Promise<io.checkpoint.Loaded<S, X>> {
  const name = checkPath("loadCheckpoint", path);
  const where = `loadCheckpoint(${JSON.stringify(name)})`;
  const bytes = await readBytes(where, name);
  return namingTheFile(where, "io.checkpoint.load", () => io.checkpoint.load<S, X>(bytes, targets));
}
