import { complaint, OptionError } from "../../errors.js";
import { checkNumber, type Range } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import type { ParamGroup } from "../params.js";

/** One value for all groups, or one for each. */
export type PerGroup = number | readonly number[];

/** The value for each group. */
export function perGroup(where: string, what: string, value: PerGroup, { paramGroups }: Optimizer, range: Range): number[] {
  if (!Array.isArray(value)) return paramGroups.map(() => checkNumber(where, what, value, range));
  if (value.length === paramGroups.length) {
    return value.map((each: unknown, index) => checkNumber(where, `${what}[${index}]`, each, range));
  }
  throw new OptionError(complaint(where, what, `a number, or one for each of the ${paramGroups.length} groups`, `${value.length} numbers`));
}

/** Throws if there is not the same number of groups any more. */
export function checkCount(where: string, expected: number, { paramGroups }: Optimizer): void {
  if (paramGroups.length === expected) return;
  const hint = "make the scheduler after addParamGroup";
  throw new OptionError(complaint(where, "the number of groups", `${expected}, as at first`, String(paramGroups.length), hint));
}

/** A function that sets all options of the groups back to what they are now. */
export function keepGroups({ paramGroups }: Optimizer): () => void {
  const kept = paramGroups.map((group) => ({ ...group }));
  return () => {
    for (const [index, options] of kept.entries()) {
      const group = paramGroups[index] as ParamGroup;
      for (const name of Object.keys(group)) if (!Object.hasOwn(options, name)) Reflect.deleteProperty(group, name);
      Object.assign(group, options);
    }
  };
}
