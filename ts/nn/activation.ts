import { complaint, ShapeError } from "../errors.js";
import { checkInteger, checkOptions } from "../options.js";
import { checkDim } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { Module } from "./module.js";
import { onData, PackedSequence } from "./utils/rnn/packed-sequence.js";

/** max(x, 0) */
export class ReLU extends Module {
  static override readonly name: string = "ReLU";

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    return onData("ReLU.forward", input, (data) => data.relu());
  }
}

/** tanh x */
export class Tanh extends Module {
  static override readonly name: string = "Tanh";

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    return onData("Tanh.forward", input, (data) => data.tanh());
  }
}

/** 1 / (1 + e⁻ˣ) */
export class Sigmoid extends Module {
  static override readonly name: string = "Sigmoid";

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    return onData("Sigmoid.forward", input, (data) => data.sigmoid());
  }
}

/** x · Φ(x), with the distribution function of the normal distribution */
export class GELU extends Module {
  static override readonly name: string = "GELU";

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    return onData("GELU.forward", input, (data) => data.gelu());
  }
}

/** x · σ(x) */
export class SiLU extends Module {
  static override readonly name: string = "SiLU";

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    return onData("SiLU.forward", input, (data) => data.silu());
  }
}

/** A dimension, alone or as an option. */
export type DimArgument = number | { readonly dim: number };

function checkDimArgument(where: string, argument: DimArgument): number {
  const given = typeof argument === "object" ? argument : { dim: argument };
  return checkInteger(where, "dim", checkOptions<{ dim: number | undefined }>(where, given, { dim: undefined }).dim);
}

/** Throws if the steps of a packed sequence would be mixed; the dimension. */
function withinSteps(where: string, input: Tensor | PackedSequence, dim: number): number {
  if (!(input instanceof PackedSequence) || checkDim(where, dim, input.data.shape.length) !== 0) return dim;
  throw new ShapeError(complaint(where, "dim", "another than the rows of a packed sequence", String(dim), "the last dimension is -1"));
}

/** eˣ / Σ eˣ along a dimension. */
export class Softmax extends Module {
  static override readonly name: string = "Softmax";

  readonly dim: number;

  /** @param dim along which the values sum to 1; negative counts from the end */
  constructor(dim: DimArgument) {
    super();
    this.dim = checkDimArgument("nn.Softmax", dim);
  }

  /** `[*]` → `[*]`; of a packed sequence `dim` counts in its data, whose first dimension, the rows, it may not be */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    return onData("Softmax.forward", input, (data) => data.softmax(withinSteps("Softmax.forward", input, this.dim)));
  }

  protected override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/** x − ln Σ eˣ along a dimension. */
export class LogSoftmax extends Module {
  static override readonly name: string = "LogSoftmax";

  readonly dim: number;

  /** @param dim along which the exponentials sum to 1; negative counts from the end */
  constructor(dim: DimArgument) {
    super();
    this.dim = checkDimArgument("nn.LogSoftmax", dim);
  }

  /** `[*]` → `[*]`; of a packed sequence `dim` counts in its data, whose first dimension, the rows, it may not be */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    return onData("LogSoftmax.forward", input, (data) => data.logSoftmax(withinSteps("LogSoftmax.forward", input, this.dim)));
  }

  protected override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
