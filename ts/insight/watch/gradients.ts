import { Parameter } from "../../nn/parameter.js";
import type { Pass } from "../../nn/recurrent/pass.js";
import { TABLE_WIDTH } from "../../nn/recurrent/sizes.js";
import type { Optimizer } from "../../optim/optimizer.js";
import type { Tensor } from "../../tensor/tensor.js";
import { core } from "../../wasm/core.js";
import { gradientValues } from "../bptt/gradient-values.js";
import type { Names } from "../bptt/names.js";
import { hasNonFinite } from "../bptt/non-finite.js";

function parametersOf({ paramGroups }: Optimizer): Tensor[] {
  return paramGroups.flatMap(({ params }) => params as readonly Tensor[]);
}

function squares(tensor: Tensor): number {
  if (tensor instanceof Parameter) return tensor.gradPointer === 0 ? 0 : core().sum_of_squares(tensor.numel(), tensor.gradPointer);
  return gradientValues(tensor)?.reduce((sum, value) => sum + value ** 2, 0) ?? 0;
}

/** The norm of all gradients that the optimizer gets. */
export function gradientNorm(optimizer: Optimizer): number {
  return Math.sqrt(parametersOf(optimizer).reduce((sum, tensor) => sum + squares(tensor), 0));
}

/** The name of the first parameter with a gradient that is not finite. */
export function firstNonFiniteParameter(optimizer: Optimizer, names: Names): string {
  const parameters = parametersOf(optimizer);
  const index = parameters.findIndex((tensor) => hasNonFinite(gradientValues(tensor) ?? []));
  const known = new Map(names.parameters);
  const tensor = parameters[index];
  return (tensor && known.get(tensor)) ?? `${index} of the optimizer`;
}

/**
 * Whether something in a backward pass was not finite: then so are the sums over all its rows, of which those of a bias are the fewest; of W_hh where
 * there are no biases.
 */
export function biasesNonFinite({ network, parameters }: Pass): boolean {
  const column = network.sizes.bias ? 3 : 1;
  return parameters.some((parameter, index) => {
    const { position } = network.slots[index] as Pass["network"]["slots"][number];
    return position % TABLE_WIDTH === column && hasNonFinite(gradientValues(parameter) ?? []);
  });
}
