/** Files that people choose or drop. */

import { input } from "./dom.js";
import { complain, FieldError } from "./field.js";

/** A file beyond this would only fill the memory. */
const LARGEST = 64 * 2 ** 20;

export interface Chosen {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

async function read(file: File, field: string): Promise<Chosen> {
  if (file.size === 0) throw new FieldError(field, `${file.name} is empty.`);
  if (file.size > LARGEST) throw new FieldError(field, `${file.name} must have at most 64 MiB, got ${Math.ceil(file.size / 2 ** 20)} MiB.`);
  return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
}

/** Hands a file to `take`; what is wrong with it is said beside the field. */
async function offer(file: File | undefined, field: string, take: (chosen: Chosen) => void | Promise<void>): Promise<void> {
  if (!file) return;
  complain(field, "");
  try {
    await take(await read(file, field));
  } catch (error) {
    const reason = error instanceof FieldError ? error.message : `${file.name} cannot be read: ${(error as Error).message}`;
    complain(error instanceof FieldError ? error.field : field, reason);
  }
}

/**
 * Takes files that are chosen in a file input, or dropped on an element.
 *
 * @param id the input's; messages go beside `field`
 */
export function onFile(id: string, target: HTMLElement, field: string, take: (chosen: Chosen) => void | Promise<void>): void {
  const chooser = input(id);
  chooser.addEventListener("change", () => {
    const file = chooser.files?.[0];
    // So that the same file, mended, can be chosen again.
    void offer(file, field, take).then(() => {
      chooser.value = "";
    });
  });
  const over = (event: DragEvent): void => {
    event.preventDefault();
    target.classList.add("over");
  };
  target.addEventListener("dragenter", over);
  target.addEventListener("dragover", over);
  target.addEventListener("dragleave", () => target.classList.remove("over"));
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    target.classList.remove("over");
    void offer(event.dataTransfer?.files[0], field, take);
  });
}

/** The text in a file: UTF-8, without the mark that some programs put at the beginning. */
export function textOf({ name, bytes }: Chosen, field: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FieldError(field, `${name} must be a text in UTF-8, got bytes that are none.`);
  }
}
