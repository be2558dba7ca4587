import { checkBoolean, checkInteger, checkOptions } from "../options.js";
import { fillIntegers, fillNormal, fillUniform, permute } from "../random/distributions.js";
import { checkGenerator, type Generator } from "../random/generator.js";
import { requireTensor } from "./convert.js";
import { newFloats, newIntegers } from "./dtype.js";
import { checkShape, type Shape, sizeOf } from "./shape.js";
import { makeTensor, type Tensor } from "./tensor.js";

export interface RandomOptions {
  /** Where the numbers come from. @default the generator that `manualSeed` seeds */
  readonly generator?: Generator | undefined;
}

export interface RandomFloatOptions extends RandomOptions {
  /** @default false */
  readonly requiresGrad?: boolean;
}

type Fill = (out: Float32Array, generator: Generator) => void;

function floats(where: string, shape: Shape, options: RandomFloatOptions | undefined, fill: Fill): Tensor {
  const defaults: { generator: Generator | undefined; requiresGrad: boolean } = { generator: undefined, requiresGrad: false };
  const { generator, requiresGrad } = checkOptions(where, options, defaults);
  const result = makeTensor(newFloats(sizeOf(checkShape(where, shape)), where), shape.slice());
  result.requiresGrad_(checkBoolean(where, "requiresGrad", requiresGrad));
  fill(result.storage.values() as Float32Array, checkGenerator(where, generator));
  return result;
}

/** Uniform numbers in [0, 1). */
export function rand(shape: Shape, options?: RandomFloatOptions): Tensor {
  return floats("rand", shape, options, fillUniform);
}

/** Numbers of the normal distribution of mean 0 and variance 1. */
export function randn(shape: Shape, options?: RandomFloatOptions): Tensor {
  return floats("randn", shape, options, fillNormal);
}

/** Uniform numbers in [0, 1), in the shape of `input`. */
export function randLike(input: Tensor, options?: RandomFloatOptions): Tensor {
  return floats("randLike", requireTensor("randLike", "input", input).shape, options, fillUniform);
}

/** Normal numbers, in the shape of `input`. */
export function randnLike(input: Tensor, options?: RandomFloatOptions): Tensor {
  return floats("randnLike", requireTensor("randnLike", "input", input).shape, options, fillNormal);
}

function checkRandom(where: string, options: RandomOptions | undefined): Generator {
  const defaults: { generator: Generator | undefined } = { generator: undefined };
  return checkGenerator(where, checkOptions(where, options, defaults).generator);
}

/** int32 numbers in [low, high), all equally likely. */
export function randint(low: number, high: number, shape: Shape, options?: RandomOptions): Tensor {
  return integers("randint", low, high, shape, options);
}

/** Whole numbers in [low, high), all equally likely, in the shape and of the dtype of `input`. */
export function randintLike(input: Tensor, low: number, high: number, options?: RandomOptions): Tensor {
  const where = "randintLike";
  const { shape, dtype } = requireTensor(where, "input", input);
  return integers(where, low, high, shape, options).to(dtype);
}

function integers(where: string, low: number, high: number, shape: Shape, options: RandomOptions | undefined): Tensor {
  checkInteger(where, "low", low, { min: -(2 ** 31), max: 2 ** 31 - 1 });
  checkInteger(where, "high", high, { above: low, max: 2 ** 31 });
  const own = checkShape(where, shape);
  const generator = checkRandom(where, options);
  const values = newIntegers(sizeOf(own), where);
  fillIntegers(values, generator, low, high);
  return makeTensor(values, own);
}

/** The int32 numbers 0 … n − 1 in random order. */
export function randperm(n: number, options?: RandomOptions): Tensor {
  checkInteger("randperm", "n", n, { min: 0, max: 2 ** 31 - 1 });
  const generator = checkRandom("randperm", options);
  return makeTensor(permute(newIntegers(n, "randperm"), generator), [n]);
}
