import { complaint, OptionError, show } from "../../errors.js";
import type { Range } from "../../options.js";
import { isObject } from "../load.js";
import type { Optimizer } from "../optimizer.js";
import type { ParamGroup } from "../params.js";
import { exactly, flag, type Kinds, optional } from "./state.js";

/** Groups as those optimizers have them that have a momentum. */
type MomentumGroup = ParamGroup & { momentum?: number; betas?: readonly [number, number] };

/** Whether the optimizer has betas, of which the first is its momentum; undefined if it has no momentum of any kind. */
function usesBeta1({ defaults }: Optimizer): boolean | undefined {
  if ("betas" in defaults) return true;
  return "momentum" in defaults ? false : undefined;
}

/** Throws unless the optimizer has a momentum. */
export function requireMomentum(where: string, optimizer: Optimizer): boolean {
  const usesBeta = usesBeta1(optimizer);
  if (usesBeta !== undefined) return usesBeta;
  const hint = "set cycleMomentum: false";
  throw new OptionError(complaint(where, "the optimizer", "one with momentum or betas", show(optimizer), hint));
}

/** Sets the momentum, or the first of the betas. */
export function setMomentum(group: ParamGroup, momentum: number): void {
  const own = group as MomentumGroup;
  if (own.betas === undefined) own.momentum = momentum;
  else own.betas = [momentum, own.betas[1]];
}

/** What a momentum may be: the first of the betas is below 1. */
export function momentumRange(usesBeta: boolean): Range {
  return usesBeta ? { min: 0, below: 1 } : { min: 0 };
}

/** What a state may say of momentum that cycles. */
export function cycleKinds(source: unknown, optimizer: Optimizer): Kinds<{ cycle_momentum: boolean; use_beta1: boolean }> {
  const usesBeta = usesBeta1(optimizer);
  const cycles = isObject(source) && source["cycle_momentum"] === true;
  const cycle_momentum = usesBeta === undefined ? exactly(false) : flag;
  return { cycle_momentum, ...optional({ use_beta1: exactly(usesBeta ?? false) }, cycles) };
}
