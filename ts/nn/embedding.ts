import { checkInteger, checkOptions } from "../options.js";
import { zeros } from "../tensor/create.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkPaddingIdx, lookUp } from "./functional/embedding.js";
import { normal_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { onData, type PackedSequence } from "./utils/rnn/packed-sequence.js";

export interface EmbeddingOptions {
  /** A row that starts as zeros and gets no gradient; negative counts from the end. @default none */
  readonly paddingIdx?: number;
}

/**
 * A table of vectors, one for each index.
 *
 * `weight` `[numEmbeddings, embeddingDim]` starts normal.
 *
 * @example
 * const embedding = new nn.Embedding(100, 16, { paddingIdx: 0 });
 * embedding.forward(tensor([[4, 2, 0]], { dtype: "int32" })); // [1, 3, 16]
 */
export class Embedding extends Module {
  static override readonly name: string = "Embedding";

  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  weight: Parameter;

  constructor(numEmbeddings: number, embeddingDim: number, options?: EmbeddingOptions) {
    super();
    const where = "nn.Embedding";
    this.numEmbeddings = checkInteger(where, "numEmbeddings", numEmbeddings, { min: 0 });
    this.embeddingDim = checkInteger(where, "embeddingDim", embeddingDim, { min: 0 });
    const { paddingIdx } = checkOptions<{ paddingIdx: number | undefined }>(where, options, { paddingIdx: undefined });
    this.paddingIdx = checkPaddingIdx(where, paddingIdx, numEmbeddings);
    this.weight = new Parameter(zeros([numEmbeddings, embeddingDim]));
    this.resetParameters();
  }

  /** Draws new values for the table; the padding row becomes zeros. */
  resetParameters(): void {
    normal_(this.weight);
    if (this.paddingIdx === null) return;
    const start = this.paddingIdx * this.embeddingDim;
    this.weight.storage.values().fill(0, start, start + this.embeddingDim);
  }

  /**
   * `[*]` → `[*, embeddingDim]`
   *
   * @param input int32, a tensor or packed
   * @throws ShapeError naming the first index that is no row, and its position
   */
  forward(input: Tensor): Tensor;
  forward(input: PackedSequence): PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence;
  forward(input: Tensor | PackedSequence): Tensor | PackedSequence {
    return onData("Embedding.forward", input, (data) => lookUp("Embedding.forward", data, this.weight, this.paddingIdx));
  }

  protected override extraRepr(): string {
    const padding = this.paddingIdx === null ? "" : `, paddingIdx=${this.paddingIdx}`;
    return `${this.numEmbeddings}, ${this.embeddingDim}${padding}`;
  }
}
