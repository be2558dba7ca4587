import { complaint, OptionError } from "../errors.js";
import { Adam, type AdamOptions } from "./adam.js";
import type { Params } from "./params.js";

export interface AdamWOptions extends Omit<AdamOptions, "decoupledWeightDecay" | "weightDecay"> {
  /** @default 0.01 */
  readonly weightDecay?: number;
}

/**
 * Adam with weight decay that shrinks the parameters themselves (Loshchilov and Hutter 2019).
 *
 *     param ← param·(1 − lr·weightDecay), then the step of `Adam`
 */
export class AdamW extends Adam {
  static override readonly name: string = "AdamW";

  constructor(params: Params<AdamWOptions>, options?: AdamWOptions) {
    super(params, options);
  }

  protected override where(): string {
    return "optim.AdamW";
  }

  protected override standard(): Required<AdamOptions> {
    return { ...super.standard(), weightDecay: 0.01, decoupledWeightDecay: true };
  }

  protected override check(options: Required<AdamOptions>): void {
    super.check(options);
    if (options.decoupledWeightDecay) return;
    throw new OptionError(complaint(this.where(), "decoupledWeightDecay", "left out: it is what makes AdamW", "false", "use optim.Adam"));
  }
}
