import { complaint, DTypeError, OptionError, ShapeError, show, showShape } from "../errors.js";
import { checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptions } from "../options.js";
import { checkInt32, fitsInt32, requireTensor } from "./convert.js";
import { type DType, newDoubles, newIntegers, newValues, type Values } from "./dtype.js";
import { atPosition, checkShape, type Shape, sizeOf } from "./shape.js";
import { isTensor, makeTensor, type Tensor } from "./tensor.js";

/** Typed arrays that tensors are made of; those of integers become int32. */
export type NumberArray = Float32Array | Float64Array | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array;

/** Numbers, arrays of them, arrays of arrays, … */
export type TensorLike = number | NumberArray | readonly TensorLike[];

export interface CreateOptions {
  /** @default "float32" */
  readonly dtype?: DType;
  /** @default false */
  readonly requiresGrad?: boolean;
}

export interface TensorOptions extends CreateOptions {
  /** The shape of values that are given flat. @default the shape in which they are nested */
  readonly shape?: Shape;
}

/**
 * A tensor with a copy of the values.
 *
 * Numbers and nested arrays, `Float32Array` and `Float64Array` become float32; arrays of integers of up to 32 bits become int32.
 *
 * @throws ShapeError if arrays differ in length, or `shape` does not fit
 * @example
 * tensor([[1, 2], [3, 4]]); tensor(new Int32Array(6), { shape: [2, 3] });
 */
export function tensor(values: TensorLike, options?: TensorOptions): Tensor {
  const { shape, dtype, requiresGrad } = checkOptions<Record<keyof TensorOptions, unknown>>("tensor", options, {
    shape: undefined,
    dtype: undefined,
    requiresGrad: false,
  });
  if (isTensor(values)) throw new OptionError(complaint("tensor", "values", "numbers or arrays", show(values), "use clone() or detach()"));
  const nested = shapeOf(values);
  const wanted = shape === undefined ? nested : checkShape("tensor", shape);
  const kind = dtype === undefined ? dtypeOf(values) : checkOneOf<DType>("tensor", "dtype", dtype, ["float32", "int32"]);
  if (sizeOf(nested) !== sizeOf(wanted)) {
    throw new ShapeError(complaint("tensor", "values", `${sizeOf(wanted)} numbers for shape ${showShape(wanted)}`, String(sizeOf(nested))));
  }
  return finish("tensor", flatValues(values, nested, kind), wanted, requiresGrad);
}

/** The values one after the other; floats that become integers are checked and cut. */
function flatValues(values: TensorLike, shape: Shape, dtype: DType): Values {
  const size = sizeOf(shape);
  if (dtype === "float32" || dtypeOf(values) === "int32") {
    const flat = newValues(dtype, size);
    flatten(values, shape, 0, flat, 0);
    return flat;
  }
  const doubles = newDoubles(size);
  flatten(values, shape, 0, doubles, 0);
  const wrong = doubles.findIndex((value) => !fitsInt32(value));
  if (wrong >= 0) checkInt32("tensor", "every value", doubles[wrong]!, atPosition(wrong, shape));
  return newIntegers(doubles);
}

function finish(where: string, values: Values, shape: Shape, requiresGrad: unknown): Tensor {
  const result = makeTensor(values, shape);
  return checkBoolean(where, "requiresGrad", requiresGrad) ? result.requiresGrad_() : result;
}

const integerArrays = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array];

function isNumberArray(value: unknown): value is NumberArray {
  return value instanceof Float32Array || value instanceof Float64Array || integerArrays.some((type) => value instanceof type);
}

function dtypeOf(values: TensorLike): DType {
  return integerArrays.some((type) => values instanceof type) ? "int32" : "float32";
}

/** The shape that the first element of each level has; `flatten` checks the others. */
function shapeOf(values: TensorLike): number[] {
  const shape: number[] = [];
  let level: unknown = values;
  while (Array.isArray(level) || isNumberArray(level)) {
    shape.push(level.length);
    level = level[0];
  }
  return shape;
}

function flatten(values: unknown, shape: Shape, axis: number, out: Values | Float64Array, start: number): number {
  if (axis === shape.length) {
    if (typeof values !== "number") throw new OptionError(complaint("tensor", "values", "numbers or arrays of numbers", show(values)));
    out[start] = values;
    return start + 1;
  }
  const size = shape[axis]!;
  if (!(Array.isArray(values) || isNumberArray(values)) || values.length !== size) {
    const actual = Array.isArray(values) || isNumberArray(values) ? `length ${values.length}` : show(values);
    throw new ShapeError(complaint("tensor", `every array in dimension ${axis}`, `of length ${size}, as the first`, actual));
  }
  if (isNumberArray(values)) {
    out.set(values, start);
    return start + size;
  }
  let next = start;
  for (const value of values) next = flatten(value, shape, axis + 1, out, next);
  return next;
}

/** @internal */
export function checkCreate(where: string, options: CreateOptions | undefined, dtype: DType): { dtype: DType; requiresGrad: boolean } {
  const checked = checkOptions<{ dtype: DType; requiresGrad: boolean }>(where, options, { dtype, requiresGrad: false });
  checkOneOf(where, "dtype", checked.dtype, ["float32", "int32"]);
  checkBoolean(where, "requiresGrad", checked.requiresGrad);
  if (checked.requiresGrad && checked.dtype === "int32") {
    throw new DTypeError(complaint(where, "dtype", "float32 for a tensor that requires a gradient", "int32"));
  }
  return checked;
}

function filled(where: string, shape: Shape, value: number, options: CreateOptions | undefined): Tensor {
  const { dtype, requiresGrad } = checkCreate(where, options, "float32");
  const own = checkShape(where, shape);
  if (dtype === "int32") checkInt32(where, "value", value);
  const values = newValues(dtype, sizeOf(own), where);
  return finish(where, value === 0 ? values : values.fill(value), own, requiresGrad);
}

/** Zeros of a shape. */
export function zeros(shape: Shape, options?: CreateOptions): Tensor {
  return filled("zeros", shape, 0, options);
}

/** Ones of a shape. */
export function ones(shape: Shape, options?: CreateOptions): Tensor {
  return filled("ones", shape, 1, options);
}

/** One value in every place of a shape. DIFFERS: float32 also for whole numbers. */
export function full(shape: Shape, value: number, options?: CreateOptions): Tensor {
  return filled("full", shape, checkValue("full", value), options);
}

function checkValue(where: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw new OptionError(complaint(where, "value", "a number", show(value)));
}

/** Zeros of the shape and dtype of `input`. */
export function zerosLike(input: Tensor, options?: CreateOptions): Tensor {
  return filled("zerosLike", requireTensor("zerosLike", "input", input).shape, 0, { dtype: input.dtype, ...options });
}

/** Ones of the shape and dtype of `input`. */
export function onesLike(input: Tensor, options?: CreateOptions): Tensor {
  return filled("onesLike", requireTensor("onesLike", "input", input).shape, 1, { dtype: input.dtype, ...options });
}

/** One value, in the shape and dtype of `input`. */
export function fullLike(input: Tensor, value: number, options?: CreateOptions): Tensor {
  return filled("fullLike", requireTensor("fullLike", "input", input).shape, checkValue("fullLike", value), {
    dtype: input.dtype,
    ...options,
  });
}

/**
 * `[n, m]` with ones on the diagonal.
 *
 * @param options.m @default n
 */
export function eye(n: number, options?: CreateOptions & { readonly m?: number }): Tensor {
  const { m = n, ...rest } = options ?? {};
  checkInteger("eye", "n", n, { min: 0 });
  checkInteger("eye", "m", m, { min: 0 });
  const { dtype, requiresGrad } = checkCreate("eye", rest, "float32");
  const values = newValues(dtype, n * m, "eye");
  for (let index = 0; index < Math.min(n, m); index++) values[index * (m + 1)] = 1;
  return finish("eye", values, [n, m], requiresGrad);
}

/** Throws unless int32 holds the first and the last of `count` numbers, and so those between. */
function checkEnds(where: string, first: number, last: number, count: number): void {
  if (count > 0) checkInt32(where, "the first number", first);
  if (count > 0) checkInt32(where, "the last number", last);
}

export interface ArangeOptions extends CreateOptions {
  /** @default 1 */
  readonly step?: number;
}

/**
 * The numbers from `start` (0 if left out) up to, not including, `end`.
 *
 * int32 if start, end and step are whole numbers, else float32, unless `dtype` says.
 */
export function arange(end: number, options?: ArangeOptions): Tensor;
export function arange(start: number, end: number, options?: ArangeOptions): Tensor;
export function arange(first: number, second?: number | ArangeOptions, third?: ArangeOptions): Tensor {
  const [start, end, options] = typeof second === "number" ? [first, second, third] : [0, first, second];
  const { step = 1, ...rest } = options ?? {};
  for (const [what, value] of Object.entries({ start, end, step })) checkNumber("arange", what, value);
  if (step === 0 || (end - start) / step < 0) {
    const expected = "a number other than 0 that leads from start to end";
    throw new OptionError(complaint("arange", "step", expected, `${step} from ${start} to ${end}`));
  }
  const whole = Number.isInteger(start) && Number.isInteger(end) && Number.isInteger(step);
  const { dtype, requiresGrad } = checkCreate("arange", rest, whole ? "int32" : "float32");
  const values = newValues(dtype, Math.ceil((end - start) / step), "arange");
  if (dtype === "int32") checkEnds("arange", start, start + (values.length - 1) * step, values.length);
  for (let index = 0; index < values.length; index++) values[index] = start + index * step;
  return finish("arange", values, [values.length], requiresGrad);
}

/** `steps` numbers at equal distances from `start` to `end`, both included. */
export function linspace(start: number, end: number, steps: number, options?: CreateOptions): Tensor {
  checkNumber("linspace", "start", start);
  checkNumber("linspace", "end", end);
  checkInteger("linspace", "steps", steps, { min: 0 });
  const { dtype, requiresGrad } = checkCreate("linspace", options, "float32");
  const values = newValues(dtype, steps, "linspace");
  if (dtype === "int32") checkEnds("linspace", start, end, steps);
  const step = Math.fround((end - start) / (steps - 1));
  // From both ends to the middle, as PyTorch does, so that the last number is `end` itself.
  for (let index = 0; index < steps; index++) {
    values[index] = index < steps / 2 ? start + (index === 0 ? 0 : step * index) : end - step * (steps - index - 1);
  }
  return finish("linspace", values, [steps], requiresGrad);
}
