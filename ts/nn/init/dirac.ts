import { complaint, OptionError, ShapeError, showShape } from "../../errors.js";
import { checkInteger, checkOptions } from "../../options.js";
import { sizeOf } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { fill } from "./fill.js";

/**
 * The kernel of a convolution that hands its inputs on: 1 in the middle of the field from each input to the output of its number, else 0.
 *
 * @param tensor `[outputs, inputs, …]` with one to three dimensions of the field
 * @param options.groups into how many groups the outputs are divided @default 1
 */
export function dirac_(tensor: Tensor, options?: { readonly groups?: number }): Tensor {
  const where = "nn.init.dirac_";
  const { groups } = checkOptions(where, options, { groups: 1 });
  checkInteger(where, "groups", groups, { min: 1 });
  return fill(where, tensor, (values) => {
    const [outputs = 0, inputs = 0, ...field] = tensor.shape;
    if (field.length < 1 || field.length > 3) {
      throw new ShapeError(complaint(where, "tensor", "of three, four or five dimensions", showShape(tensor.shape)));
    }
    if (outputs % groups !== 0) throw new OptionError(complaint(where, "groups", `a divisor of the outputs, ${outputs}`, String(groups)));
    const middle = field.reduce((at, size) => at * size + Math.floor(size / 2), 0);
    const size = sizeOf(field);
    const perGroup = outputs / groups;
    values.fill(0);
    for (let output = 0; output < outputs; output++) {
      const input = output % perGroup;
      if (input < inputs) values[(output * inputs + input) * size + middle] = 1;
    }
  });
}
