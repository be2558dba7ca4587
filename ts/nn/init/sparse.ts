import { complaint, ShapeError, showShape } from "../../errors.js";
import { checkNumber, checkOptions } from "../../options.js";
import { fillNormal, permute } from "../../random/distributions.js";
import { checkGenerator, type Generator } from "../../random/generator.js";
import type { Tensor } from "../../tensor/tensor.js";
import { fill, type RandomSource } from "./fill.js";

/**
 * Normal numbers of mean 0, and in every column as many zeros (Martens 2010).
 *
 * @param tensor `[rows, columns]`
 * @param options.sparsity how much of each column is zero, in [0, 1]
 * @param options.std @default 0.01
 */
export function sparse_(tensor: Tensor, options: { readonly sparsity: number; readonly std?: number } & RandomSource): Tensor {
  const where = "nn.init.sparse_";
  type Checked = { sparsity: number | undefined; std: number; generator: Generator | undefined };
  const checked = checkOptions<Checked>(where, options, { sparsity: undefined, std: 0.01, generator: undefined });
  const sparsity = checkNumber(where, "sparsity", checked.sparsity, { min: 0, max: 1 });
  const std = checkNumber(where, "std", checked.std, { min: 0 });
  const generator = checkGenerator(where, checked.generator);
  return fill(where, tensor, (values) => {
    if (tensor.shape.length !== 2) throw new ShapeError(complaint(where, "tensor", "[rows, columns]", showShape(tensor.shape)));
    const [rows, columns] = tensor.shape as [number, number];
    fillNormal(values, generator, 0, std);
    for (let column = 0; column < columns; column++) {
      const zeros = permute(new Int32Array(rows), generator).subarray(0, Math.ceil(sparsity * rows));
      for (const row of zeros) values[row * columns + column] = 0;
    }
  });
}
