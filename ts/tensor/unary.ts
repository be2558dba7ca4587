import type { Gradient } from "../autograd/gradient.js";
import { mustRecord, record } from "../autograd/node.js";
import { complaint, OptionError, show } from "../errors.js";
import { checkOptions } from "../options.js";
import { withArena } from "../wasm/arena.js";
import { type Core, core } from "../wasm/core.js";
import { scaled } from "./arithmetic.js";
import { floatsOf, valuesAs } from "./convert.js";
import { type DType, isInt32, newFloats, newValues, type Values } from "./dtype.js";
import { makeTensor, type Tensor } from "./tensor.js";

// Gradients are computed in doubles and rounded once.

type Local = (out: Values, x: Values) => void;

/** −x */
export function neg(x: Tensor): Tensor {
  const result = local(x, (out, values) => {
    for (let k = 0; k < out.length; k++) out[k] = -values[k]!;
  });
  if (!mustRecord(x)) return result;
  return record(result, { name: "neg", inputs: [x] }, (gradient, node) => node.give(0, scaled(gradient, -1)));
}

function local(x: Tensor, compute: Local): Tensor {
  const values = x.storage.values();
  const out = newValues(x.dtype, values.length);
  compute(out, values);
  return makeTensor(out, x.shape);
}

/** Records `y = f(x)` where the derivative is a function of y, or of x. */
function recordUnary(
  name: string,
  x: Tensor,
  y: Tensor,
  of: Tensor,
  backward: (gradient: Gradient, values: Float32Array, out: Float32Array) => void,
): Tensor {
  if (!mustRecord(x)) return y;
  return record(y, { name, inputs: [x], saved: [of] }, (gradient, node) => {
    const out = newFloats(gradient.length);
    backward(gradient, of.storage.values() as Float32Array, out);
    node.give(0, out);
  });
}

/** |x| */
export function abs(x: Tensor): Tensor {
  const y = local(x, (out, values) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.abs(values[k]!);
  });
  return recordUnary("abs", x, y, x, (gradient, values, out) => {
    for (let k = 0; k < out.length; k++) out[k] = gradient[k]! * Math.sign(values[k]!);
  });
}

/** max(x, 0) */
export function relu(x: Tensor): Tensor {
  const y = local(x, (out, values) => {
    for (let k = 0; k < out.length; k++) out[k] = values[k]! <= 0 ? 0 : values[k]!; // this way round, NaN stays NaN
  });
  return recordUnary("relu", x, y, y, (gradient, values, out) => {
    for (let k = 0; k < out.length; k++) out[k] = values[k]! <= 0 ? 0 : gradient[k]!;
  });
}

/** √x */
export function sqrt(x: Tensor): Tensor {
  const values = floatsOf(x);
  const roots = newFloats(values.length);
  for (let k = 0; k < roots.length; k++) roots[k] = Math.sqrt(values[k]!);
  const y = makeTensor(roots, x.shape);
  return recordUnary("sqrt", x, y, y, (gradient, saved, out) => {
    for (let k = 0; k < out.length; k++) out[k] = gradient[k]! / (2 * saved[k]!);
  });
}

/** x, where it lies between the bounds, else the bound; NaN stays NaN. The gradient passes between the bounds, not at them. */
export function clamp(where: string, x: Tensor, options: { readonly min?: number; readonly max?: number } | undefined): Tensor {
  const none: { min?: number | undefined; max?: number | undefined } = { min: undefined, max: undefined };
  const { min, max } = checkOptions(where, options, none);
  for (const [what, bound] of [
    ["min", min],
    ["max", max],
  ] as const) {
    if (bound !== undefined && typeof bound !== "number") throw new OptionError(complaint(where, what, "a number", show(bound)));
  }
  if (min === undefined && max === undefined) throw new OptionError(complaint(where, "at least one of min and max", "given", "neither"));
  const whole = (bound: number | undefined) => bound === undefined || isInt32(bound);
  const source = x.dtype === "int32" && !(whole(min) && whole(max)) ? makeTensor(valuesAs(x.storage.values(), "float32"), x.shape) : x;
  const low = boundAs(source.dtype, min ?? Number.NEGATIVE_INFINITY);
  const high = boundAs(source.dtype, max ?? Number.POSITIVE_INFINITY);
  const y = local(source, (out, values) => {
    for (let k = 0; k < out.length; k++) out[k] = Math.min(Math.max(values[k]!, low), high);
  });
  return recordUnary("clamp", x, y, x, (gradient, values, out) => {
    for (let k = 0; k < out.length; k++) {
      const inside = (min === undefined || values[k]! > low) && (max === undefined || values[k]! < high);
      out[k] = inside ? gradient[k]! : 0;
    }
  });
}

/** A bound as the values are: rounded for floats. */
function boundAs(dtype: DType, bound: number): number {
  return dtype === "float32" ? Math.fround(bound) : bound;
}

type Map1 = "exp" | "log" | "tanh" | "sigmoid" | "gelu" | "silu";
type Map1Backward = "gelu_backward" | "silu_backward";

/** A function of one argument that the core computes; integers become floats. */
function mapped(x: Tensor, name: Map1): Tensor {
  const { length } = x.storage;
  const out = withArena((arena) => {
    const from = x.dtype === "float32" ? arena.place(x.storage) : arena.put(floatsOf(x));
    const to = arena.f32(length);
    (core()[name] as Core[Map1])(length, from, to);
    return arena.takeF32(to, length);
  });
  return makeTensor(out, x.shape);
}

/** eˣ */
export function exp(x: Tensor): Tensor {
  const y = mapped(x, "exp");
  return recordUnary("exp", x, y, y, (gradient, values, out) => {
    for (let k = 0; k < out.length; k++) out[k] = gradient[k]! * values[k]!;
  });
}

/** ln x */
export function log(x: Tensor): Tensor {
  return recordUnary("log", x, mapped(x, "log"), x, (gradient, values, out) => {
    for (let k = 0; k < out.length; k++) out[k] = gradient[k]! / values[k]!;
  });
}

/** tanh x */
export function tanh(x: Tensor): Tensor {
  const y = mapped(x, "tanh");
  return recordUnary("tanh", x, y, y, (gradient, values, out) => {
    for (let k = 0; k < out.length; k++) out[k] = gradient[k]! * (1 - values[k]! * values[k]!);
  });
}

/** 1 / (1 + e⁻ˣ) */
export function sigmoid(x: Tensor): Tensor {
  const y = mapped(x, "sigmoid");
  return recordUnary("sigmoid", x, y, y, (gradient, values, out) => {
    for (let k = 0; k < out.length; k++) out[k] = gradient[k]! * (1 - values[k]!) * values[k]!;
  });
}

/** x · Φ(x), with the distribution function of the normal distribution. */
export function gelu(x: Tensor): Tensor {
  return withCoreBackward("gelu", "gelu_backward", x);
}

/** x · σ(x) */
export function silu(x: Tensor): Tensor {
  return withCoreBackward("silu", "silu_backward", x);
}

function withCoreBackward(name: "gelu" | "silu", backward: Map1Backward, x: Tensor): Tensor {
  const y = mapped(x, name);
  if (!mustRecord(x)) return y;
  return record(y, { name, inputs: [x], saved: [x] }, (gradient, node) => {
    const out = withArena((arena) => {
      const dx = arena.f32(gradient.length);
      core()[backward](gradient.length, arena.place(x.storage), arena.put(gradient), dx);
      return arena.takeF32(dx, gradient.length);
    });
    node.give(0, out);
  });
}
