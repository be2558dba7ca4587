import { mustRecord, record } from "../autograd/node.js";
import { complaint, DTypeError, OptionError, show } from "../errors.js";
import { withArena } from "../wasm/arena.js";
import { core } from "../wasm/core.js";
import { broadcastTo, floatsOf } from "./convert.js";
import { newFloats, type Values } from "./dtype.js";
import { broadcastShapes } from "./shape.js";
import { sumTo } from "./strided.js";
import { isTensor, makeTensor, type Tensor } from "./tensor.js";

/** x raised to a number, or to a tensor, broadcast. */
export function pow(where: string, x: Tensor, exponent: Tensor | number): Tensor {
  if (isTensor(exponent)) return powTensor(where, x, exponent);
  if (typeof exponent !== "number") throw new DTypeError(complaint(where, "exponent", "a tensor or a number", show(exponent)));
  if (x.dtype === "int32" && Number.isInteger(exponent)) {
    checkExponent(where, exponent);
    return makeTensor(
      (x.storage.values() as Int32Array).map((base) => integerPower(base, exponent)),
      x.shape,
    );
  }
  const result = makeTensor(powNumber(floatsOf(x), exponent), x.shape);
  if (!mustRecord(x)) return result;
  return record(result, { name: "pow", inputs: [x], saved: [x] }, (gradient, node) => {
    // exponent · x^(exponent − 1), which is 0 for exponent 0, also at x = 0
    const out = exponent === 0 ? newFloats(gradient.length) : powNumber(floatsOf(x), exponent - 1);
    for (let k = 0; k < out.length; k++) out[k] = gradient[k]! * exponent * out[k]!;
    node.give(0, out);
  });
}

/**
 * @internal valuesᵉ: small powers as products and roots, which are rounded exactly, others by the core.
 *
 * The memory of the core may grow, after which values that lie there are to be asked for again.
 */
export function powNumber(values: Float32Array, exponent: number): Float32Array {
  const { length } = values;
  const out = newFloats(length);
  switch (exponent) {
    case 0:
      return out.fill(1);
    case 1:
      return newFloats(values);
    case 2:
      for (let k = 0; k < out.length; k++) out[k] = values[k]! * values[k]!;
      return out;
    case 3:
      for (let k = 0; k < out.length; k++) out[k] = values[k]! * values[k]! * values[k]!;
      return out;
    case 0.5:
      for (let k = 0; k < out.length; k++) out[k] = Math.sqrt(values[k]!);
      return out;
    case -1:
      for (let k = 0; k < out.length; k++) out[k] = 1 / values[k]!;
      return out;
    default:
      return withArena((arena) => {
        const x = arena.put(values);
        core().pow(length, x, exponent, x);
        return arena.takeF32(x, length);
      });
  }
}

function checkExponent(where: string, exponent: number): void {
  if (exponent >= 0) return;
  throw new OptionError(
    complaint(where, "exponent", "an integer >= 0 for an int32 tensor", show(exponent), 'convert it with .to("float32")'),
  );
}

/** The low 32 bits of baseᵉ, by squaring. */
function integerPower(base: number, exponent: number): number {
  let result = 1;
  for (let square = base, rest = exponent; rest > 0; rest = Math.floor(rest / 2), square = Math.imul(square, square)) {
    if (rest % 2 === 1) result = Math.imul(result, square);
  }
  return result;
}

function powTensor(where: string, x: Tensor, exponent: Tensor): Tensor {
  const shape = broadcastShapes(where, x.shape, exponent.shape);
  if (x.dtype === "int32" && exponent.dtype === "int32") {
    const exponents = broadcastTo(exponent.storage.values(), exponent.shape, shape);
    const bases = broadcastTo(x.storage.values(), x.shape, shape) as Int32Array;
    for (const value of exponents) checkExponent(where, value);
    return makeTensor(
      bases.map((base, index) => integerPower(base, exponents[index]!)),
      shape,
    );
  }
  const bases = () => broadcastTo(floatsOf(x), x.shape, shape) as Float32Array;
  const exponents = () => broadcastTo(floatsOf(exponent), exponent.shape, shape) as Float32Array;
  const result = makeTensor(powElements(bases, exponents), shape);
  if (!mustRecord(x, exponent)) return result;
  return record(result, { name: "pow", inputs: [x, exponent], saved: [x, exponent, result] }, (gradient, node) => {
    if (node.wants(0)) node.give(0, sumTo(baseGradient(gradient, bases, exponents), shape, x.shape));
    if (!node.wants(1)) return;
    node.give(1, sumTo(exponentGradient(gradient, bases, exponents, result.storage.values()), shape, exponent.shape));
  });
}

/** Values to be asked for anew after each use of the arena: they may lie in the core, whose memory may grow. */
type Floats = () => Float32Array;

function powElements(bases: Floats, exponents: Floats): Float32Array {
  return withArena((arena) => {
    const values = bases();
    const { length } = values;
    const x = arena.put(values);
    core().pow_elementwise(length, x, arena.put(exponents()), x);
    return arena.takeF32(x, length);
  });
}

/** e · xᵉ⁻¹, 0 where e is 0 */
function baseGradient(gradient: Float32Array, bases: Floats, exponents: Floats): Float32Array {
  const out = powElements(bases, () => exponents().map((exponent) => exponent - 1));
  const powers = exponents();
  for (let k = 0; k < out.length; k++) out[k] = powers[k] === 0 ? 0 : gradient[k]! * powers[k]! * out[k]!;
  return out;
}

/** xᵉ · ln x, 0 where x is 0 and e is not negative */
function exponentGradient(gradient: Float32Array, bases: Floats, exponents: Floats, results: Values): Float32Array {
  const { length } = gradient;
  const out = withArena((arena) => {
    const x = arena.put(bases());
    core().log(length, x, x);
    return arena.takeF32(x, length);
  });
  const [xs, powers] = [bases(), exponents()];
  for (let k = 0; k < length; k++) out[k] = xs[k] === 0 && powers[k]! >= 0 ? 0 : gradient[k]! * results[k]! * out[k]!;
  return out;
}
