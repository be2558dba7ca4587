import { checkInteger, checkOptions } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { Module } from "./module.js";

/** max(x, 0) */
export class ReLU extends Module {
  static override readonly name: string = "ReLU";

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor {
    return input.relu();
  }
}

/** tanh x */
export class Tanh extends Module {
  static override readonly name: string = "Tanh";

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor {
    return input.tanh();
  }
}

/** 1 / (1 + e⁻ˣ) */
export class Sigmoid extends Module {
  static override readonly name: string = "Sigmoid";

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}

/** x · Φ(x), with the distribution function of the normal distribution */
export class GELU extends Module {
  static override readonly name: string = "GELU";

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor {
    return input.gelu();
  }
}

/** x · σ(x) */
export class SiLU extends Module {
  static override readonly name: string = "SiLU";

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor {
    return input.silu();
  }
}

/** A dimension, alone or as an option. */
export type DimArgument = number | { readonly dim: number };

function checkDimArgument(where: string, argument: DimArgument): number {
  const given = typeof argument === "object" ? argument : { dim: argument };
  return checkInteger(where, "dim", checkOptions<{ dim: number | undefined }>(where, given, { dim: undefined }).dim);
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

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor {
    return input.softmax(this.dim);
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

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor {
    return input.logSoftmax(this.dim);
  }

  protected override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
