/**
 * What unrolled throws. Every message has the form `Where: what must be <expected>, got <actual>[; hint]`.
 * Names are literals, because minifiers rename classes.
 *
 * The class itself is thrown for calls at the wrong time: before the core is loaded, a second backward, values changed since forward.
 */
export class UnrolledError extends Error {
  static override readonly name: string = "UnrolledError";
  override name = "UnrolledError";
}

/** A shape, rank, size, length or index that does not fit. */
export class ShapeError extends UnrolledError {
  static override readonly name: string = "ShapeError";
  override name = "ShapeError";
}

/** A dtype that does not fit: floats where indices are needed, or the reverse. */
export class DTypeError extends UnrolledError {
  static override readonly name: string = "DTypeError";
  override name = "DTypeError";
}

/** An option or argument that is unknown, of the wrong type, or out of range. */
export class OptionError extends UnrolledError {
  static override readonly name: string = "OptionError";
  override name = "OptionError";
}

/** A state dict that does not fit the module; the message is PyTorch's multi-line report. */
export class StateDictError extends UnrolledError {
  static override readonly name: string = "StateDictError";
  override name = "StateDictError";
}

/** Bytes that are not what they should be: a file, a checkpoint, a wasm module. */
export class FormatError extends UnrolledError {
  static override readonly name: string = "FormatError";
  override name = "FormatError";
}

/** A value or a gradient that is not finite, found by `detectAnomaly`. */
export class AnomalyError extends UnrolledError {
  static override readonly name: string = "AnomalyError";
  override name = "AnomalyError";
}

/**
 * There is not the memory a call needs.
 *
 * Nothing has changed, except that a `backward` or an optimizer's `step` may have done a part of its work.
 */
export class OutOfMemoryError extends UnrolledError {
  static override readonly name: string = "OutOfMemoryError";
  override name = "OutOfMemoryError";
}

/** A fault of unrolled itself. If it came from the core, that cannot be used any more, and the message says so. */
export class InternalError extends UnrolledError {
  static override readonly name: string = "InternalError";
  override name = "InternalError";
}

/** The one form of a message: `Where: what must be <expected>, got <actual>[; hint]`. */
export function complaint(where: string, what: string, expected: string, actual: string, hint?: string): string {
  return `${where}: ${what} must be ${expected}, got ${actual}${hint === undefined ? "" : `; ${hint}`}`;
}

/** A shape as messages show it: `[2, 3]`. */
export function showShape(shape: ArrayLike<number>): string {
  return `[${Array.prototype.join.call(shape, ", ")}]`;
}

/** A value as messages show it: short, and telling 3 from "3". */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.length > 8 ? `an array of ${value.length}` : `[${value.map(show).join(", ")}]`;
  if (ArrayBuffer.isView(value)) return withArticle(value.constructor.name);
  if ("shape" in value && "dtype" in value) return withArticle(`${String(value.dtype)} tensor ${showShape(value.shape as number[])}`);
  return Object.getPrototypeOf(value) === Object.prototype ? `{ ${Object.keys(value).join(", ")} }` : "an object";
}

function withArticle(name: string): string {
  return `${/^[AEIO]/i.test(name) ? "an" : "a"} ${name}`;
}

/** That `where` cannot hold `what`: for what an engine throws when it cannot make an array. */
export function outOfMemory(where: string, what: string, cause: unknown): OutOfMemoryError {
  const actual = cause instanceof Error ? `"${cause.message}"` : String(cause);
  return new OutOfMemoryError(complaint(where, "memory", `able to hold ${what}`, actual), cause instanceof Error ? { cause } : undefined);
}
