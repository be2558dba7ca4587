import { complaint, ShapeError, showShape } from "../errors.js";
import { checkNumber, checkOneOf, checkOptions, type Options } from "../options.js";
import { fillNormal, fillUniform } from "../random/distributions.js";
import { checkGenerator, type Generator } from "../random/generator.js";
import { sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkNumbers, fill, type RandomSource } from "./init/fill.js";
import { orthonormalize } from "./init/orthonormal.js";

export { dirac_ } from "./init/dirac.js";
export type { RandomSource } from "./init/fill.js";
export { forgetBias_ } from "./init/forget-bias.js";
export { sparse_ } from "./init/sparse.js";
export { truncNormal_ } from "./init/trunc-normal.js";

// Every function writes in place, records nothing, and returns its tensor, with the numbers that PyTorch draws after the same seed.

/**
 * Uniform numbers in [a, b).
 *
 * @param options.a @default 0
 * @param options.b @default 1
 */
export function uniform_(tensor: Tensor, options?: { readonly a?: number; readonly b?: number } & RandomSource): Tensor {
  const { a, b, generator } = checkNumbers("nn.init.uniform_", options, { a: 0, b: 1 });
  checkNumber("nn.init.uniform_", "b", b, { min: a });
  return fill("nn.init.uniform_", tensor, (values) => fillUniform(values, generator, a, b));
}

/**
 * Normal numbers.
 *
 * @param options.mean @default 0
 * @param options.std @default 1
 */
export function normal_(tensor: Tensor, options?: { readonly mean?: number; readonly std?: number } & RandomSource): Tensor {
  const { mean, std, generator } = checkNumbers("nn.init.normal_", options, { mean: 0, std: 1 });
  checkNumber("nn.init.normal_", "std", std, { min: 0 });
  return fill("nn.init.normal_", tensor, (values) => fillNormal(values, generator, mean, std));
}

/** The same value everywhere. */
export function constant_(tensor: Tensor, val: number): Tensor {
  checkNumber("nn.init.constant_", "val", val);
  return fill("nn.init.constant_", tensor, (values) => values.fill(val));
}

/** Ones. */
export function ones_(tensor: Tensor): Tensor {
  return fill("nn.init.ones_", tensor, (values) => values.fill(1));
}

/** Zeros. */
export function zeros_(tensor: Tensor): Tensor {
  return fill("nn.init.zeros_", tensor, (values) => values.fill(0));
}

/** The identity, as far as a `[rows, columns]` matrix has room for it. */
export function eye_(tensor: Tensor): Tensor {
  return fill("nn.init.eye_", tensor, (values) => {
    if (tensor.shape.length !== 2) throw new ShapeError(complaint("nn.init.eye_", "tensor", "[rows, columns]", showShape(tensor.shape)));
    const columns = tensor.shape[1]!;
    values.fill(0);
    for (let row = 0; row < Math.min(tensor.shape[0]!, columns); row++) values[row * columns + row] = 1;
  });
}

/**
 * A matrix with orthonormal rows or columns, whichever are fewer (Saxe et al. 2013).
 *
 * @param tensor `[rows, *]`, what follows the first dimension taken as one
 * @param options.gain a factor @default 1
 */
export function orthogonal_(tensor: Tensor, options?: { readonly gain?: number } & RandomSource): Tensor {
  const where = "nn.init.orthogonal_";
  const { gain, generator } = checkNumbers(where, options, { gain: 1 });
  return fill(where, tensor, (values) => {
    if (tensor.shape.length < 2) throw new ShapeError(complaint(where, "tensor", "of two or more dimensions", showShape(tensor.shape)));
    const rows = tensor.shape[0]!;
    fillNormal(values, generator);
    orthonormalize(values, rows, sizeOf(tensor.shape.slice(1)));
    for (let k = 0; k < values.length; k++) values[k] = values[k]! * Math.fround(gain);
  });
}

/** For which functions there is a gain. */
export type Nonlinearity = "linear" | "sigmoid" | "tanh" | "relu" | "leaky_relu" | "selu";

/**
 * The factor that keeps the variance of values the same over a layer with this nonlinearity.
 *
 * @param param the negative slope of "leaky_relu" @default 0.01
 */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  const where = "nn.init.calculateGain";
  checkOneOf(where, "nonlinearity", nonlinearity, ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]);
  checkNumber(where, "param", param);
  const gains = { linear: 1, sigmoid: 1, tanh: 5 / 3, relu: Math.SQRT2, leaky_relu: Math.sqrt(2 / (1 + param * param)), selu: 3 / 4 };
  return gains[nonlinearity];
}

/** How many inputs an output has, and how many outputs an input has. */
function fans(where: string, tensor: Tensor): { fan_in: number; fan_out: number } {
  const [outputs = 0, inputs = 0, ...field] = tensor.shape;
  if (tensor.shape.length < 2) throw new ShapeError(complaint(where, "tensor", "of two or more dimensions", showShape(tensor.shape)));
  return { fan_in: inputs * sizeOf(field), fan_out: outputs * sizeOf(field) };
}

/** Glorot and Bengio's (2010) standard deviation, √(2 / (inputs + outputs)). */
function xavierStd(where: string, tensor: Tensor, gain: number): number {
  const { fan_in, fan_out } = fans(where, tensor);
  return gain * Math.sqrt(2 / (fan_in + fan_out));
}

/**
 * Uniform numbers of the standard deviation gain·√(2 / (inputs + outputs)) (Glorot and Bengio 2010).
 *
 * @param options.gain @default 1
 */
export function xavierUniform_(tensor: Tensor, options?: { readonly gain?: number } & RandomSource): Tensor {
  const where = "nn.init.xavierUniform_";
  const { gain, generator } = checkNumbers(where, options, { gain: 1 });
  return fill(where, tensor, (values) => {
    const bound = Math.sqrt(3) * xavierStd(where, tensor, gain);
    fillUniform(values, generator, -bound, bound);
  });
}

/**
 * Normal numbers of the standard deviation gain·√(2 / (inputs + outputs)) (Glorot and Bengio 2010).
 *
 * @param options.gain @default 1
 */
export function xavierNormal_(tensor: Tensor, options?: { readonly gain?: number } & RandomSource): Tensor {
  const where = "nn.init.xavierNormal_";
  const { gain, generator } = checkNumbers(where, options, { gain: 1 });
  return fill(where, tensor, (values) => fillNormal(values, generator, 0, xavierStd(where, tensor, gain)));
}

export interface KaimingOptions extends RandomSource {
  /** The negative slope, for "leaky_relu". @default 0 */
  readonly a?: number;
  /** Whether the variance is kept forwards or backwards. @default "fan_in" */
  readonly mode?: "fan_in" | "fan_out";
  /** @default "leaky_relu" */
  readonly nonlinearity?: Nonlinearity;
}

/** He et al.'s (2015) standard deviation, gain / √fan. */
function kaiming(
  where: string,
  tensor: Tensor,
  options: KaimingOptions | undefined,
  write: (std: number, generator: Generator) => void,
): void {
  const defaults = { a: 0, mode: "fan_in", nonlinearity: "leaky_relu", generator: undefined } as Required<Options<KaimingOptions>>;
  const { a, mode, nonlinearity, generator } = checkOptions<Required<Options<KaimingOptions>>>(where, options, defaults);
  const fan = fans(where, tensor)[checkOneOf(where, "mode", mode, ["fan_in", "fan_out"])];
  write(calculateGain(nonlinearity as Nonlinearity, checkNumber(where, "a", a)) / Math.sqrt(fan), checkGenerator(where, generator));
}

/** Uniform numbers of the standard deviation gain / √fan (He et al. 2015). */
export function kaimingUniform_(tensor: Tensor, options?: KaimingOptions): Tensor {
  const where = "nn.init.kaimingUniform_";
  return fill(where, tensor, (values) => {
    kaiming(where, tensor, options, (std, generator) => fillUniform(values, generator, -Math.sqrt(3) * std, Math.sqrt(3) * std));
  });
}

/** Normal numbers of the standard deviation gain / √fan (He et al. 2015). */
export function kaimingNormal_(tensor: Tensor, options?: KaimingOptions): Tensor {
  const where = "nn.init.kaimingNormal_";
  return fill(where, tensor, (values) => kaiming(where, tensor, options, (std, generator) => fillNormal(values, generator, 0, std)));
}
