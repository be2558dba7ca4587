import { complaint, StateDictError, show, showShape } from "../errors.js";
import { findNoNumber, type PlainTensor, readPlain } from "../nn/state-dict.js";
import { sameShape } from "../tensor/shape.js";
import { Storage } from "../tensor/storage.js";
import { makeTensor, Tensor } from "../tensor/tensor.js";
import { allocate, heapF32 } from "../wasm/memory.js";
import { isObject } from "./load.js";

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
export function unpackState<S extends State>(where: string, param: Tensor, fresh: S, saved: unknown): S {
  if (!isObject(saved)) throw new StateDictError(complaint(where, "the state of a parameter", "an object", show(saved)));
  const result: State = { ...fresh };
  for (const [name, value] of Object.entries(saved)) {
    if (value === null || value === undefined) continue;
    result[name] = typeof fresh[name] === "number" ? numberOf(where, name, value) : copyOf(where, name, value, param);
  }
  const missing = Object.keys(fresh).find((name) => (saved[name] ?? undefined) === undefined);
  if (missing === undefined) return result as S;
  throw new StateDictError(complaint(where, "the state of a parameter", `one with ${missing}`, show(saved)));
}

/** A number, or the only value of a tensor. */
function numberOf(where: string, name: string, value: unknown): number {
  const data = typeof value === "number" ? [value] : readPlain(value)?.data;
  const number = data?.length === 1 ? data[0] : undefined;
  // Steps are counted; NaN and infinity would get into the parameters.
  const isCount = name === "step";
  if (isCount ? Number.isSafeInteger(number) && (number as number) >= 0 : Number.isFinite(number)) return number as number;
  const actual = show(data?.length === 1 ? number : value);
  throw new StateDictError(complaint(where, name, isCount ? "an integer >= 0" : "a finite number", actual));
}

function copyOf(where: string, name: string, value: unknown, param: Tensor): Tensor {
  const plain = readPlain(value);
  const expected = `${showShape(param.shape)}, as its parameter`;
  if (plain === null || !sameShape(plain.shape, param.shape)) {
    throw new StateDictError(complaint(where, name, expected, plain === null ? show(value) : showShape(plain.shape)));
  }
  const { data } = plain;
  if (data.length !== param.storage.length) throw new StateDictError(complaint(where, name, expected, `${data.length} values`));
  const wrong = findNoNumber(data);
  if (wrong !== undefined) throw new StateDictError(complaint(where, name, "numbers", wrong));
  const copy = bufferLike(param);
  // Read again, because the core's memory may have grown.
  copy.storage.values().set((readPlain(value) as PlainTensor).data);
  return copy;
}
