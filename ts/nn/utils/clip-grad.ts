import { complaint, OptionError, show, UnrolledError } from "../../errors.js";
import { checkBoolean, checkNumber, checkOptions } from "../../options.js";
import { Tensor } from "../../tensor/tensor.js";
import { withArena } from "../../wasm/arena.js";
import { core } from "../../wasm/core.js";
import { Parameter } from "../parameter.js";

export interface ClipGradNormOptions {
  /** p of the norm (Σ |g|ᵖ)^(1/p), above 0; Infinity is the largest |g|. @default 2 */
  readonly normType?: number;
  /** Whether a norm that is NaN or infinite is an error. @default false */
  readonly errorIfNonfinite?: boolean;
}

/**
 * Scales all gradients by min(1, maxNorm / (norm + 1e-6)), with the norm of all of them together.
 *
 * DIFFERS: the norm is summed in doubles, so that gradients of 1e30 have a finite one; PyTorch's is infinite then, and all gradients 0.
 *
 * @param parameters those without a gradient are skipped
 * @param maxNorm at least 0; Infinity only measures
 * @returns the norm before clipping
 * @example
 * const norm = nn.utils.clipGradNorm_(model.parameters(), 1);
 */
export function clipGradNorm_(parameters: Tensor | Iterable<Tensor>, maxNorm: number, options?: ClipGradNormOptions): number {
  const where = "nn.utils.clipGradNorm_";
  const { normType, errorIfNonfinite } = checkOptions(where, options, { normType: 2, errorIfNonfinite: false });
  if (normType !== Number.POSITIVE_INFINITY) checkNumber(where, "normType", normType, { above: 0 });
  checkBoolean(where, "errorIfNonfinite", errorIfNonfinite);
  const tensors = withGradients(where, parameters);
  checkBound(where, "maxNorm", maxNorm);
  const norm = totalNorm(tensors, normType);
  if (errorIfNonfinite && !Number.isFinite(norm)) {
    const what = `the total norm of order ${normType} of the gradients`;
    throw new UnrolledError(complaint(where, what, "finite", String(norm), "without errorIfNonfinite they are scaled all the same"));
  }
  // As in PyTorch, a norm of NaN makes all gradients NaN, so that nobody overlooks it.
  const factor = Math.min(1, maxNorm === Number.POSITIVE_INFINITY ? 1 : maxNorm / (norm + 1e-6));
  if (factor !== 1) for (const tensor of tensors) changeGradient(tensor, (n, gradient) => core().scale(n, gradient, factor));
  return norm;
}

/**
 * Moves every value of the gradients into [−clipValue, clipValue].
 *
 * DIFFERS: it returns the largest |gradient| before clipping; PyTorch returns nothing.
 *
 * @param parameters those without a gradient are skipped
 */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): number {
  const where = "nn.utils.clipGradValue_";
  const tensors = withGradients(where, parameters);
  checkBound(where, "clipValue", clipValue);
  const largest = totalNorm(tensors, Number.POSITIVE_INFINITY);
  for (const tensor of tensors) changeGradient(tensor, (n, gradient) => core().clamp(n, gradient, -clipValue, clipValue));
  return largest;
}

/** Infinity is a bound, NaN is not. */
function checkBound(where: string, what: string, value: unknown): void {
  if (typeof value === "number" && value >= 0) return;
  throw new OptionError(complaint(where, what, "a number >= 0", show(value)));
}

function withGradients(where: string, parameters: Tensor | Iterable<Tensor>): Tensor[] {
  if (parameters instanceof Tensor) return withGradients(where, [parameters]);
  const expected = "a tensor or an iterable of tensors";
  if (typeof parameters !== "object" || parameters === null || !(Symbol.iterator in parameters)) {
    throw new OptionError(complaint(where, "parameters", expected, show(parameters), "pass model.parameters()"));
  }
  return [...parameters].filter((tensor) => {
    if (!(tensor instanceof Tensor)) throw new OptionError(complaint(where, "parameters", expected, `one with ${show(tensor)}`));
    return tensor instanceof Parameter ? tensor.gradPointer !== 0 : tensor.grad !== null;
  });
}

/** The norm of all gradients together, in doubles. */
function totalNorm(tensors: readonly Tensor[], normType: number): number {
  const parts = tensors.map((tensor) => withGradient(tensor, (n, gradient) => partOfNorm(n, gradient, normType)));
  if (normType === Number.POSITIVE_INFINITY) return parts.reduce((largest, part) => Math.max(largest, part), 0);
  const sum = parts.reduce((total, part) => total + part, 0);
  if (normType === 2) return Math.sqrt(sum);
  return normType === 1 ? sum : core().pow64(sum, 1 / normType);
}

function partOfNorm(n: number, gradient: number, normType: number): number {
  if (normType === Number.POSITIVE_INFINITY) return core().max_abs(n, gradient);
  if (normType === 2) return core().sum_of_squares(n, gradient);
  return normType === 1 ? core().sum_of_abs(n, gradient) : core().sum_of_powers(n, gradient, normType);
}

/** Calls `fn` with the gradient in the core: its own place, or a copy. */
function withGradient<T>(tensor: Tensor, fn: (n: number, gradient: number) => T): T {
  const n = tensor.storage.length;
  if (tensor instanceof Parameter) return fn(n, tensor.gradPointer);
  return withArena((arena) => fn(n, arena.place((tensor.grad as Tensor).storage)));
}

/** Lets `fn` change the gradient in the core. */
function changeGradient(tensor: Tensor, fn: (n: number, gradient: number) => void): void {
  const n = tensor.storage.length;
  if (tensor instanceof Parameter) {
    // As for adding to it: that tells the version of a gradient that was handed out.
    fn(n, tensor.accumulatePointer());
    return;
  }
  const { storage } = tensor.grad as Tensor;
  withArena((arena) => {
    const gradient = arena.put(storage.values());
    fn(n, gradient);
    storage.values().set(arena.takeF32(gradient, n));
  });
  storage.version++;
}
