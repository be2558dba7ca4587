import { checkInteger, checkOptions } from "../options.js";
import { requireTensor } from "../tensor/convert.js";
import type { Tensor } from "../tensor/tensor.js";
import { Module } from "./module.js";

export interface FlattenOptions {
  /** @default 1 */
  readonly startDim?: number;
  /** @default -1 */
  readonly endDim?: number;
}

/** Joins the dimensions from `startDim` to `endDim` into one: by default all but the first. */
export class Flatten extends Module {
  static override readonly name: string = "Flatten";

  readonly startDim: number;
  readonly endDim: number;

  constructor(options?: FlattenOptions) {
    super();
    const { startDim, endDim } = checkOptions("nn.Flatten", options, { startDim: 1, endDim: -1 });
    this.startDim = checkInteger("nn.Flatten", "startDim", startDim);
    this.endDim = checkInteger("nn.Flatten", "endDim", endDim);
  }

  /** `[N, *]` → `[N, product of *]` */
  forward(input: Tensor): Tensor {
    return requireTensor("Flatten.forward", "input", input).flatten(this.startDim, this.endDim);
  }

  protected override extraRepr(): string {
    return `startDim=${this.startDim}, endDim=${this.endDim}`;
  }
}
