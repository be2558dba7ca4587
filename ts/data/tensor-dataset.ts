import { complaint, OptionError, ShapeError, show, showShape } from "../errors.js";
import { isTensor, type Tensor } from "../tensor/tensor.js";
import { checkIndex, type Dataset } from "./dataset.js";

/**
 * Tensors side by side: sample k has what is at k in the first dimension of each.
 *
 * @example
 * const dataset = new data.TensorDataset(inputs, targets); // [100, 20, 3] and [100]
 * const [input, target] = dataset.get(7); // [20, 3] and []
 */
export class TensorDataset<T extends readonly Tensor[]> implements Dataset<{ [K in keyof T]: Tensor }> {
  static readonly name: string = "TensorDataset";
  readonly tensors: T;
  readonly length: number;

  /** @param tensors at least one, each `[length, …]` */
  constructor(...tensors: T) {
    const where = "data.TensorDataset";
    if (tensors.length === 0) throw new OptionError(complaint(where, "tensors", "at least one", "none"));
    for (const [index, tensor] of tensors.entries()) {
      if (!isTensor(tensor)) throw new OptionError(complaint(where, `tensors[${index}]`, "a tensor", show(tensor)));
      const first = tensors[0]?.shape[0];
      if (first !== undefined && tensor.shape[0] === first) continue;
      const expected = first === undefined ? "of at least one dimension" : `[${first}, …] as tensors[0]`;
      throw new ShapeError(complaint(where, `tensors[${index}]`, expected, showShape(tensor.shape)));
    }
    this.tensors = tensors;
    this.length = tensors[0]?.shape[0] as number;
  }

  /** A copy of what is at `index` in each tensor, as `select` gives it. DIFFERS: an index does not count from the end. */
  get(index: number): { [K in keyof T]: Tensor } {
    checkIndex("data.TensorDataset.get", index, this.length);
    return this.tensors.map((tensor) => tensor.select(0, index)) as unknown as { [K in keyof T]: Tensor };
  }
}
