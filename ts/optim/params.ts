import { foreignHint } from "../copies.js";
import { complaint, DTypeError, OptionError, show, UnrolledError } from "../errors.js";
import { Tensor } from "../tensor/tensor.js";

/** Parameters, and the options they have in common: what each optimizer adds are its own. */
export interface ParamGroup {
  params: Tensor[];
  /** The learning rate. */
  lr: number;
  /** The learning rate that schedulers start from. They keep it here, as PyTorch's do, and so it is in the optimizer's state dict. */
  initialLr?: number;
  /** Of `OneCycleLR`: the largest learning rate. */
  maxLr?: number;
  /** Of `OneCycleLR`: the last learning rate. */
  minLr?: number;
  /** Of `OneCycleLR` and `CyclicLR`: the largest momentum. */
  maxMomentum?: number;
  /** Of `OneCycleLR` and `CyclicLR`: the smallest momentum. */
  baseMomentum?: number;
}

/** A group of an optimizer with options `O`. All of them can be changed at any time, and count from the next step on. */
export type Group<O> = ParamGroup & { -readonly [K in keyof O]-?: O[K] };

/** A group as it is given: options that are left out are those of the optimizer. */
export type GroupOptions<O> = O & { readonly params: Tensor | Iterable<Tensor> };

/** What an optimizer takes: parameters, or groups of them. */
export type Params<O> = Iterable<Tensor> | Iterable<GroupOptions<O>>;

/** The groups that were given; parameters alone are one group without options. */
export function groupsOf<O>(where: string, params: Params<O>): GroupOptions<O>[] {
  const expected = "an array of tensors, or of groups { params, … }";
  if (params instanceof Tensor || typeof params !== "object" || params === null || !(Symbol.iterator in params)) {
    throw new OptionError(complaint(where, "params", expected, show(params), "pass model.parameters()"));
  }
  const list = [...params] as (Tensor | GroupOptions<O>)[];
  if (list.length === 0) throw new OptionError(complaint(where, "params", expected, "an empty one"));
  const [first] = list;
  return isGroup(first) ? (list as GroupOptions<O>[]) : [{ params: list } as unknown as GroupOptions<O>];
}

function isGroup(value: unknown): boolean {
  return typeof value === "object" && value !== null && !(value instanceof Tensor) && "params" in value;
}

/** Throws unless it is a group, with something to iterate over. */
export function checkGroup(where: string, group: unknown): void {
  const params: unknown = isGroup(group) ? (group as { params: unknown }).params : undefined;
  if (params instanceof Tensor || (typeof params === "object" && params !== null && Symbol.iterator in params)) return;
  throw new OptionError(complaint(where, "a group", "{ params, … } with an array of tensors", show(group)));
}

/** The parameters of a group, each of which must be one that can be optimized and is not among those there are already. */
export function checkParams(where: string, params: Tensor | Iterable<Tensor>, taken: ReadonlySet<Tensor>): Tensor[] {
  const list = params instanceof Tensor ? [params] : [...params];
  for (const [index, param] of list.entries()) {
    if (!(param instanceof Tensor)) {
      throw new OptionError(complaint(where, "params", "tensors", show(param), foreignHint(param) ?? "pass model.parameters()"));
    }
    if (param.dtype !== "float32") throw new DTypeError(complaint(where, "params", "float32 tensors", show(param)));
    if (param.node !== null) {
      const actual = `the result of ${param.node.name}`;
      throw new UnrolledError(complaint(where, "params", "leaves", actual, "optimize what it was computed from, or detach() it"));
    }
    if (taken.has(param) || list.indexOf(param) !== index) {
      throw new OptionError(complaint(where, "params", "in one group each, and once", `${show(param)} again`));
    }
  }
  return list;
}
