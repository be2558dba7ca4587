import { complaint, OptionError, show } from "../../errors.js";
import { checkOptions } from "../../options.js";
import { Tensor } from "../../tensor/tensor.js";
import { type Content, encodeFile } from "./encode.js";
import { METADATA } from "./header.js";
import { isWellFormed } from "./json.js";

export interface SaveOptions {
  /** Texts to keep beside the tensors. @default none */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

const WHERE = "io.safetensors.save";

/**
 * A safetensors file of these tensors: byte for byte what Python's `safetensors.torch.save` makes of them (which keeps its metadata in no order).
 *
 * float32 is written as F32, int32 as I32.
 *
 * @param tensors by their names, such as `module.stateDict()`
 * @param options.metadata texts to keep beside them
 * @throws OptionError for a value that is no tensor, metadata that is no text, and a name that the format cannot hold
 *
 * @example
 * const bytes = io.safetensors.save(lstm.stateDict(), { metadata: { format: "pt" } });
 */
export function save(tensors: Readonly<Record<string, Tensor>>, options?: SaveOptions): Uint8Array<ArrayBuffer> {
  const { metadata } = checkOptions<SaveOptions>(WHERE, options, { metadata: undefined });
  const contents = Object.entries(checkTensors(tensors)).map(([name, tensor]) => contentOf(name, tensor));
  return encodeFile(WHERE, contents, metadata === undefined ? undefined : checkMetadata(metadata));
}

/** @internal A tensor as files hold it: its values themselves, until the core's memory grows. */
export function contentOf(name: string, { dtype, shape, storage }: Tensor): Content {
  return { name, dtype: dtype === "float32" ? "F32" : "I32", shape, values: storage.values() };
}

function checkTensors(tensors: unknown): Readonly<Record<string, Tensor>> {
  if (typeof tensors !== "object" || tensors === null || tensors instanceof Tensor || Symbol.iterator in tensors) {
    throw new OptionError(complaint(WHERE, "tensors", "an object of tensors by their names", show(tensors)));
  }
  for (const [name, value] of Object.entries(tensors)) {
    if (name === METADATA) {
      throw new OptionError(
        complaint(WHERE, "the name of a tensor", `other than ${METADATA}`, show(name), "texts go into options.metadata"),
      );
    }
    checkText("the name of a tensor", name);
    if (!(value instanceof Tensor)) {
      const hint = "stateDict" in tensors ? "pass its stateDict()" : undefined;
      throw new OptionError(complaint(WHERE, `tensors[${show(name)}]`, "a tensor", show(value), hint));
    }
  }
  return tensors as Readonly<Record<string, Tensor>>;
}

function checkMetadata(metadata: unknown): Readonly<Record<string, string>> {
  if (typeof metadata !== "object" || metadata === null || Symbol.iterator in metadata) {
    throw new OptionError(complaint(WHERE, "metadata", "an object of strings", show(metadata)));
  }
  for (const [key, value] of Object.entries(metadata)) {
    checkText("a key of metadata", key);
    checkText(`metadata[${show(key)}]`, value);
  }
  return metadata as Readonly<Record<string, string>>;
}

function checkText(what: string, text: unknown): void {
  if (typeof text !== "string")
    throw new OptionError(complaint(WHERE, what, "a string", show(text), "numbers and objects: JSON.stringify"));
  if (!isWellFormed(text)) throw new OptionError(complaint(WHERE, what, "text that UTF-8 can hold", `${show(text)} with half a character`));
}
