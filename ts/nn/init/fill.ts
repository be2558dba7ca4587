import { complaint, OptionError, show } from "../../errors.js";
import { checkNumber, checkOptions, type Options } from "../../options.js";
import { checkGenerator, type Generator } from "../../random/generator.js";
import { requireFloat32 } from "../../tensor/convert.js";
import { Tensor } from "../../tensor/tensor.js";

/** Where the numbers come from. */
export interface RandomSource {
  /** @default the generator that `manualSeed` seeds */
  readonly generator?: Generator;
}

/** Writes the values of a float tensor, and counts that as a change. */
export function fill(where: string, tensor: Tensor, write: (values: Float32Array) => void): Tensor {
  if (!(tensor instanceof Tensor)) throw new OptionError(complaint(where, "tensor", "a tensor", show(tensor)));
  write(requireFloat32(where, "tensor", tensor));
  tensor.storage.version++;
  return tensor;
}

/** The options over their defaults, all but the generator finite numbers; the generator, or the default one. */
export function checkNumbers<D extends Record<string, number>>(
  where: string,
  options: (Options<D> & RandomSource) | undefined,
  defaults: D,
): D & { readonly generator: Generator } {
  const all = { ...defaults, generator: undefined as Generator | undefined };
  const checked = checkOptions(where, options as Options<typeof all> | undefined, all);
  for (const name of Object.keys(defaults)) checkNumber(where, name, checked[name]);
  return { ...checked, generator: checkGenerator(where, checked.generator) };
}
