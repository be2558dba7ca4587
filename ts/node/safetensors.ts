import { io, type Tensor } from "unrolled";
import { complaint, OptionError, show } from "../errors.js";
import { checkPath, namingTheFile, type Path, readBytes, writeAtomically } from "./files.js";

/**
 * The tensors of a safetensors file by their names; see `io.safetensors.load`.
 *
 * @throws FormatError, which names the file, if it cannot be read, is damaged or is no safetensors file
 *
 * @example
 * lstm.loadStateDict(await loadFile("model.safetensors"));
 */
export async function loadFile(path: Path): Promise<Record<string, Tensor>> {
  const name = checkPath("loadFile", path);
  const where = `loadFile(${JSON.stringify(name)})`;
  const bytes = await readBytes(where, name);
  return namingTheFile(where, "io.safetensors.load", () => io.safetensors.load(bytes));
}

/**
 * Writes tensors as a safetensors file; see `io.safetensors.save`. It is written as a whole: if that fails, what was there before is unchanged.
 *
 * @param tensors by their names, such as `module.stateDict()`; their values at the time of the call are written
 * @param options.metadata texts to keep beside them @default none
 * @throws FormatError, which names the file, if it cannot be written
 *
 * @example
 * await saveFile(lstm.stateDict(), "model.safetensors");
 */
export async function saveFile(tensors: Readonly<Record<string, Tensor>>, path: Path, options?: io.safetensors.SaveOptions): Promise<void> {
  if (typeof tensors === "string" || tensors instanceof URL) {
    throw new OptionError(complaint("saveFile", "tensors", "an object of tensors by their names", show(tensors), "the path comes second"));
  }
  const name = checkPath("saveFile", path);
  await writeAtomically(`saveFile(${JSON.stringify(name)})`, name, io.safetensors.save(tensors, options));
}
