import { checkBoolean, checkInteger, checkOptions } from "../options.js";
import { zeros } from "../tensor/create.js";
import type { Tensor } from "../tensor/tensor.js";
import { affine } from "./functional/linear.js";
import { kaimingUniform_, uniform_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { onData, type PackedSequence } from "./utils/rnn/packed-sequence.js";

export interface LinearOptions {
  /** Whether b is added. @default true */
  readonly bias?: boolean;
}

/**
 * An affine map of the last dimension.
 *
 *     y = x·Wᵀ + b
 *
 * `weight` `[outFeatures, inFeatures]` and `bias` `[outFeatures]` start uniform in ±1/√inFeatures.
 *
 * DIFFERS: there is at least one of each; PyTorch warns of none.
 *
 * @example
 * const head = new nn.Linear(20, 3);
 * head.forward(randn([5, 7, 20])); // [5, 7, 3]
 */
export class Linear extends Module {
  static override readonly name: string = "Linear";

  readonly inFeatures: number;
  readonly outFeatures: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options?: LinearOptions) {
    super();
    const where = "nn.Linear";
    this.inFeatures = checkInteger(where, "inFeatures", inFeatures, { min: 1 });
    this.outFeatures = checkInteger(where, "outFeatures", outFeatures, { min: 1 });
    const { bias } = checkOptions(where, options, { bias: true });
    this.weight = new Parameter(zeros([outFeatures, inFeatures]));
    this.bias = checkBoolean(where, "bias", bias) ? new Parameter(zeros([outFeatures])) : null;
    this.resetParameters();
  }

  /** Draws new values for the parameters, first the weight. */
  resetParameters(): void {
    // PyTorch's way to ±1/√inFeatures: in its order of roundings, so that the same seed gives the same bits.
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    if (this.bias === null) return;
    const bound = 1 / Math.sqrt(this.inFeatures);
    uniform_(this.bias, { a: -bound, b: bound });
  }

  /** `[*, inFeatures]` → `[*, outFeatures]` */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    return onData("Linear.forward", input, (data) => affine("Linear.forward", data, this.weight, this.bias), 1);
  }

  protected override extraRepr(): string {
    return `inFeatures=${this.inFeatures}, outFeatures=${this.outFeatures}, bias=${this.bias !== null}`;
  }
}
