import { checkNumber, checkOptions } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { masked } from "./functional/dropout.js";
import { Module } from "./module.js";
import { onData, type PackedSequence } from "./utils/rnn/packed-sequence.js";

/**
 * In training, sets each element to 0 with probability `p` and divides the others by 1 − p; in evaluation it does nothing.
 *
 * DIFFERS: the masks are not PyTorch's. A mask takes exactly one 32-bit draw of the generator.
 */
export class Dropout extends Module {
  static override readonly name: string = "Dropout";

  readonly p: number;

  /** @param options the probability, alone or as `{ p }` @default 0.5 */
  constructor(options?: number | { readonly p?: number }) {
    super();
    const { p } = checkOptions("nn.Dropout", typeof options === "number" ? { p: options } : options, { p: 0.5 });
    this.p = checkNumber("nn.Dropout", "p", p, { min: 0, max: 1 });
  }

  /** `[*]` → `[*]` */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    return onData("Dropout.forward", input, (data) => masked("Dropout.forward", data, this.training ? this.p : 0));
  }

  protected override extraRepr(): string {
    return `p=${this.p}`;
  }
}
