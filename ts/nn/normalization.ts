import { checkBoolean, checkOptions } from "../options.js";
import { ones, zeros } from "../tensor/create.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkEps, checkNormalizedShape, normalized, rmsEps } from "./functional/normalize.js";
import { ones_, zeros_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { onData, type PackedSequence } from "./utils/rnn/packed-sequence.js";

export interface LayerNormModuleOptions {
  /** Added to the variance, so that rows of equal values are no division by zero. @default 1e-5 */
  readonly eps?: number;
  /** Whether there are a weight and a bias. @default true */
  readonly elementwiseAffine?: boolean;
  /** Whether there is a bias, if there is a weight. @default true */
  readonly bias?: boolean;
}

/**
 * Normalizes the last dimensions, each row by itself (Ba, Kiros and Hinton 2016).
 *
 *     y = (x − E[x]) / √(Var[x] + eps) ⊙ weight + bias
 *
 * `weight` starts as ones, `bias` as zeros, both of the shape `normalizedShape`. The variance divides by the number of values.
 *
 * DIFFERS: sizes are at least 1; PyTorch accepts 0.
 *
 * @example
 * const norm = new nn.LayerNorm(20);
 * norm.forward(randn([5, 7, 20])); // [5, 7, 20]
 */
export class LayerNorm extends Module {
  static override readonly name: string = "LayerNorm";

  readonly normalizedShape: Shape;
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  /** @param normalizedShape the size of the last dimension, or the sizes of the last dimensions */
  constructor(normalizedShape: number | Shape, options?: LayerNormModuleOptions) {
    super();
    const where = "nn.LayerNorm";
    const { eps, elementwiseAffine, bias } = checkOptions(where, options, { eps: 1e-5, elementwiseAffine: true, bias: true });
    this.normalizedShape = checkNormalizedShape(where, normalizedShape);
    this.eps = checkEps(where, eps);
    this.elementwiseAffine = checkBoolean(where, "elementwiseAffine", elementwiseAffine);
    checkBoolean(where, "bias", bias);
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape)) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape)) : null;
  }

  /** Makes the weight ones and the bias zeros. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  /** `[*, ...normalizedShape]` → `[*, ...normalizedShape]` */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    const where = "LayerNorm.forward";
    const normalization = { centered: true, shape: this.normalizedShape, eps: this.eps };
    return onData(where, input, (data) => normalized(where, normalization, data, this.weight, this.bias), this.normalizedShape.length);
  }

  protected override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine, bias } = this;
    return `[${normalizedShape.join(", ")}], eps=${eps}, elementwiseAffine=${elementwiseAffine}, bias=${bias !== null}`;
  }
}

export interface RMSNormModuleOptions {
  /** Added to the mean square; null for the distance from 1 to the next float. @default null */
  readonly eps?: number | null;
  /** Whether there is a weight. @default true */
  readonly elementwiseAffine?: boolean;
}

/**
 * Divides the last dimensions by their root mean square, each row by itself (Zhang and Sennrich 2019).
 *
 *     y = x / √(E[x²] + eps) ⊙ weight
 *
 * `weight` starts as ones, of the shape `normalizedShape`.
 *
 * DIFFERS: sizes are at least 1; PyTorch accepts 0.
 */
export class RMSNorm extends Module {
  static override readonly name: string = "RMSNorm";

  readonly normalizedShape: Shape;
  readonly eps: number | null;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;

  /** @param normalizedShape the size of the last dimension, or the sizes of the last dimensions */
  constructor(normalizedShape: number | Shape, options?: RMSNormModuleOptions) {
    super();
    const where = "nn.RMSNorm";
    const defaults: Required<RMSNormModuleOptions> = { eps: null, elementwiseAffine: true };
    const { eps, elementwiseAffine } = checkOptions(where, options, defaults);
    this.normalizedShape = checkNormalizedShape(where, normalizedShape);
    rmsEps(where, eps);
    this.eps = eps;
    this.elementwiseAffine = checkBoolean(where, "elementwiseAffine", elementwiseAffine);
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape)) : null;
  }

  /** Makes the weight ones. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
  }

  /** `[*, ...normalizedShape]` → `[*, ...normalizedShape]` */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    const where = "RMSNorm.forward";
    const normalization = { centered: false, shape: this.normalizedShape, eps: rmsEps(where, this.eps) };
    return onData(where, input, (data) => normalized(where, normalization, data, this.weight, null), this.normalizedShape.length);
  }

  protected override extraRepr(): string {
    return `[${this.normalizedShape.join(", ")}], eps=${this.eps}, elementwiseAffine=${this.elementwiseAffine}`;
  }
}
