import { UnrolledError } from "../errors.js";

/**
 * A run that could not come to its end: its job threw, or its Worker died.
 *
 * What was thrown in the Worker is the `cause`: an error of the same name, message, stack and causes, though not of the same class.
 */
export class WorkerError extends UnrolledError {
  static override readonly name: string = "WorkerError";
  override name = "WorkerError";
}

/** An error as it goes from one thread to the other: what is cloned loses the names of its class. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** What else was in it: causes, and the errors of an `AggregateError`. */
  readonly cause?: Thrown;
  readonly errors?: readonly Thrown[];
}

/** What was thrown: an error, or any other value, if that can be cloned. */
export type Thrown = { readonly error: Failure } | { readonly value: unknown };

/** Causes of causes, at most: an error may be its own. */
const DEEPEST = 8;

/** What was thrown, as it can be posted. */
export function describeThrown(thrown: unknown, depth = 0): Thrown {
  if (!isError(thrown)) return { value: clonable(thrown) };
  const inner = depth < DEEPEST;
  return {
    error: {
      name: textOf(thrown.name, "Error"),
      message: textOf(thrown.message, ""),
      stack: typeof thrown.stack === "string" ? thrown.stack : undefined,
      ...(inner && thrown.cause !== undefined && { cause: describeThrown(thrown.cause, depth + 1) }),
      ...(inner && Array.isArray(thrown.errors) && { errors: thrown.errors.map((each) => describeThrown(each, depth + 1)) }),
    },
  };
}

type ErrorLike = { readonly [K in "name" | "message" | "stack" | "cause" | "errors"]: unknown };

/** Errors of other realms, too, and DOMExceptions. */
function isError(value: unknown): value is ErrorLike {
  return value instanceof Error || (typeof value === "object" && value !== null && "message" in value && "name" in value);
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function clonable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return String(value);
  }
}

/** What was thrown on the other side, as an error of this one. */
export function reviveThrown(thrown: Thrown): unknown {
  if (!("error" in thrown)) return thrown.value;
  const { name, message, stack, cause, errors } = thrown.error;
  const options = cause === undefined ? undefined : { cause: reviveThrown(cause) };
  const error = errors === undefined ? new Error(message, options) : new AggregateError(errors.map(reviveThrown), message, options);
  // As engines define them: not among an error's own enumerable properties.
  for (const [key, value] of [
    ["name", name],
    ["stack", stack],
  ] as const) {
    // biome-ignore format: a table
    if (value !== undefined) Object.defineProperty(error, key, { value, writable: true, configurable: true });
  }
  return error;
}

/** What was thrown, in a few words: `ShapeError: LSTM.forward: input must be …`. */
export function showThrown(thrown: unknown): string {
  if (!isError(thrown)) return typeof thrown === "string" ? `"${thrown}"` : String(thrown);
  return `${String(thrown.name)}: ${String(thrown.message)}`;
}
