import { complaint, StateDictError, show, showShape } from "../errors.js";
import type { PlainTensor } from "../nn/state-dict.js";
import { sameShape } from "../tensor/shape.js";
import { Storage } from "../tensor/storage.js";
import { makeTensor, Tensor } from "../tensor/tensor.js";
import { allocate, heapF32 } from "../wasm/memory.js";

/** What an optimizer keeps for one parameter, by PyTorch's names. */
export type State = Record<string, number | Tensor | undefined>;

/** What `stateDict()` gives: the state by the number of the parameter, counted over all groups, and the groups with these numbers. */
export interface OptimizerStateDict {
  readonly state: Record<string, Record<string, Tensor>>;
  readonly param_groups: (Record<string, unknown> & { readonly params: number[] })[];
}

/** What `loadStateDict` takes. */
export interface OptimizerStateSource {
  readonly state: Readonly<Record<string, Readonly<Record<string, Tensor | PlainTensor | number | null>>>>;
  readonly param_groups: readonly (Readonly<Record<string, unknown>> & { readonly params: readonly number[] })[];
}

/** A tensor in the core that kernels change in place, in the shape of a parameter. */
export function bufferLike(param: Tensor, value = 0): Tensor {
  const block = allocate(4 * param.storage.length);
  const start = block.pointer >>> 2;
  heapF32().fill(value, start, start + param.storage.length);
  return Tensor.of(new Storage(block), param.shape);
}

/** Where the values lie in the core, where they are moved if they are not there. */
export function pointerOf(tensor: Tensor): number {
  tensor.storage.moveToCore();
  return tensor.storage.pointer;
}

/** The state as tensors: numbers become scalars, as PyTorch keeps them. */
export function packState(state: State): Record<string, Tensor> {
  const packed: Record<string, Tensor> = {};
  for (const [name, value] of Object.entries(state)) {
    if (value !== undefined) packed[name] = typeof value === "number" ? makeTensor(new Float32Array([value]), []) : value.detach();
  }
  return packed;
}

/**
 * A state with the values of `saved`.
 *
 * @param fresh a new state of the parameter: what must be there
 */
export function unpackState<S extends State>(
  where: string,
  param: Tensor,
  fresh: S,
  saved: Readonly<Record<string, Tensor | PlainTensor | number | null>>,
): S {
  const result: State = { ...fresh };
  for (const [name, value] of Object.entries(saved)) {
    if (value === null) continue;
    if (typeof value === "number" || typeof fresh[name] === "number") result[name] = numberOf(where, name, value);
    else result[name] = copyOf(where, name, value, param);
  }
  const missing = Object.keys(fresh).find((name) => (saved[name] ?? undefined) === undefined);
  if (missing === undefined) return result as S;
  throw new StateDictError(complaint(where, "the state of a parameter", `one with ${missing}`, show(saved)));
}

function numberOf(where: string, name: string, value: Tensor | PlainTensor | number): number {
  if (typeof value === "number") return value;
  if (value.data.length === 1) return value.data[0]!;
  throw new StateDictError(complaint(where, name, "a number", show(value)));
}

function copyOf(where: string, name: string, value: Tensor | PlainTensor, param: Tensor): Tensor {
  const fits = typeof value === "object" && Array.isArray(value.shape) && sameShape(value.shape, param.shape);
  if (!fits || value.data.length !== param.storage.length) {
    const actual = typeof value === "object" && Array.isArray(value.shape) ? showShape(value.shape) : show(value);
    throw new StateDictError(complaint(where, name, `${showShape(param.shape)}, as its parameter`, actual));
  }
  const copy = bufferLike(param);
  copy.storage.values().set(value.data);
  return copy;
}
