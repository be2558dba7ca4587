import type { Module } from "../nn/module.js";
import { Parameter } from "../nn/parameter.js";
import type { Pass } from "../nn/recurrent/pass.js";
import type { Tensor } from "../tensor/tensor.js";

/** What tensors and networks are called in errors. */
export class Names {
  readonly #names: ReadonlyMap<Tensor, string>;

  constructor(model: Module | undefined) {
    const named = model === undefined ? [] : [...model.namedParameters(), ...model.namedBuffers()];
    this.#names = new Map<Tensor, string>(named.map(([name, tensor]) => [tensor, name]));
  }

  knows(tensor: Tensor): boolean {
    return this.#names.has(tensor);
  }

  /** `parameter head.weight`, or what can be said of a tensor without a name. */
  leaf(tensor: Tensor): string {
    const name = this.#names.get(tensor);
    if (name !== undefined) return `${tensor instanceof Parameter ? "parameter" : "buffer"} ${name}`;
    return `a ${tensor instanceof Parameter ? "parameter" : "tensor"} [${tensor.shape.join(", ")}]`;
  }

  /** An input of an operation: `parameter head.weight`, or `input 0 of mul`. */
  operand(tensor: Tensor, index: number, operation: string): string {
    return this.knows(tensor) ? this.leaf(tensor) : `input ${index} of ${operation}`;
  }

  /** `LSTM`, or `LSTM encoder.rnn`. */
  network({ name, network, parameters }: Pass): string {
    const slot = network.slots[0]?.name ?? "";
    const full = this.#names.get(parameters[0] as Tensor);
    return full?.endsWith(`.${slot}`) ? `${name} ${full.slice(0, -slot.length - 1)}` : name;
  }

  /** `parameter rnn.weight_hh_l0`, or `weight_hh_l0 of LSTM`. */
  parameter(pass: Pass, index: number): string {
    const full = this.#names.get(pass.parameters[index] as Tensor);
    return full === undefined ? `${pass.network.slots[index]?.name} of ${pass.name}` : `parameter ${full}`;
  }
}
