import { complaint, OptionError, ShapeError, show, showShape } from "../../../errors.js";
import { checkInteger, checkOptions } from "../../../options.js";
import { checkDim } from "../../../tensor/shape.js";
import { Tensor } from "../../../tensor/tensor.js";

export interface SpansOptions {
  /** Steps of a span; the last one may have fewer. */
  readonly span: number;
  /** The dimension that is time. @default 0 */
  readonly dim?: number;
}

/**
 * Cuts tensors into matching spans of time, for truncated backpropagation through time.
 *
 * @param tensors of one length in time
 * @example
 * for (const [x, y] of nn.utils.rnn.spans([tokens, targets], { span: 64, dim: 1 })) {
 *   const [logits, next] = model.forward(x, state);
 *   criterion.forward(logits, y).backward();
 *   state = nn.utils.rnn.detachState(next);
 * }
 */
export function spans<const T extends readonly Tensor[]>(
  tensors: T,
  options: SpansOptions,
): Iterable<{ -readonly [K in keyof T]: Tensor }> {
  const where = "nn.utils.rnn.spans";
  const { span, dim } = checkOptions(where, options, { span: 0, dim: 0 });
  checkInteger(where, "span", span, { min: 1 });
  if (!Array.isArray(tensors) || tensors.length === 0 || !tensors.every((tensor) => tensor instanceof Tensor)) {
    throw new OptionError(complaint(where, "tensors", "an array of at least one tensor", show(tensors)));
  }
  const steps = (tensor: Tensor) => tensor.shape[checkDim(where, dim, tensor.shape.length)];
  const total = steps(tensors[0] as Tensor) as number;
  for (const [index, tensor] of tensors.entries()) {
    if (steps(tensor) === total) continue;
    throw new ShapeError(complaint(where, `tensors[${index}]`, `of ${total} steps as tensors[0]`, showShape(tensor.shape)));
  }
  return cut(tensors, span, dim, total);
}

function* cut<T extends readonly Tensor[]>(
  tensors: T,
  span: number,
  dim: number,
  total: number,
): Generator<{ -readonly [K in keyof T]: Tensor }> {
  for (let start = 0; start < total; start += span) {
    const length = Math.min(span, total - start);
    yield tensors.map((tensor) => tensor.narrow(dim, start, length)) as { -readonly [K in keyof T]: Tensor };
  }
}
