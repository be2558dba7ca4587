/** Derivatives of the reference by central differences: no rule of backward is used, so none can be wrong on both sides. */

import type { Case } from "./case.js";
import { forward, type Masks, type Values } from "./reference.js";

/** In float64 it leaves about nine digits; the shorter one seven, and steps across the kink of a relu a hundred times more seldom. */
const STEP = { smooth: 1e-6, relu: 1e-8 } as const;

/** All that the module is made of and given, in float64. */
export function valuesOf({ net, given }: Case): Values {
  const parameters = net.namedParameters().map(([name, parameter]) => [`parameter.${name}`, Float64Array.from(parameter.data)]);
  const tensors = Object.entries(given).map(([name, tensor]) => [name, Float64Array.from(tensor.data)]);
  return Object.fromEntries([...tensors, ...parameters]);
}

/** `Σ result ⊙ upstream` */
function loss(one: Case, upstream: Values, values: Values, mask: Masks | undefined): number {
  let sum = 0;
  const results = forward(one, values, mask);
  for (const [name, gradient] of Object.entries(upstream)) {
    for (const [at, value] of gradient.entries()) sum += value * results[name]![at]!;
  }
  return sum;
}

/** How the loss changes along directions. */
export class Slopes {
  readonly values: Values;
  readonly #loss: (values: Values) => number;
  readonly #step: number;

  constructor(one: Case, mask: Masks | undefined) {
    this.values = valuesOf(one);
    const upstream = Object.fromEntries(Object.entries(one.upstream).map(([name, { data }]) => [name, Float64Array.from(data)]));
    this.#step = one.options.nonlinearity === "relu" ? STEP.relu : STEP.smooth;
    this.#loss = (values) => loss(one, upstream, values, mask);
  }

  /** The derivative along `direction` of the tensor of this name. */
  along(name: string, direction: ArrayLike<number>): number {
    const moved = (by: number) => {
      const values = this.values[name]!.map((value, at) => value + by * direction[at]!);
      return this.#loss({ ...this.values, [name]: values });
    };
    return (moved(this.#step) - moved(-this.#step)) / (2 * this.#step);
  }

  /** The derivative by every number of the tensor of this name. */
  gradient(name: string): number[] {
    const count = this.values[name]!.length;
    return Array.from({ length: count }, (_, at) =>
      this.along(
        name,
        Float64Array.from({ length: count }, (_, other) => +(other === at)),
      ),
    );
  }
}
