import { isObject } from "../load.js";
import type { Kind } from "./state.js";

/** What a group goes from and to, by PyTorch's names. */
const NAMES = ["initial_lr", "max_lr", "min_lr", "max_momentum", "base_momentum"] as const;
type Name = (typeof NAMES)[number];

/** A rise or a fall of OneCycleLR, which ends at a step. */
export type Phase = { end_step: number; start_lr: Name; end_lr: Name; start_momentum: Name; end_momentum: Name };

const KEYS = ["start_lr", "end_lr", "start_momentum", "end_momentum"] as const;

export const phaseKind: Kind = {
  expected: `{ end_step, ${KEYS.join(", ")} }`,
  read: (value) => {
    const fits = isObject(value) && Number.isFinite(value["end_step"]) && KEYS.every((key) => NAMES.includes(value[key] as Name));
    return fits ? structuredClone(value as Phase) : undefined;
  },
};

function phase(end_step: number, lr: readonly [Name, Name], momentum: readonly [Name, Name]): Phase {
  return { end_step, start_lr: lr[0], end_lr: lr[1], start_momentum: momentum[0], end_momentum: momentum[1] };
}

/** A rise, and one fall, or two. */
export function phases(totalSteps: number, pctStart: number, threePhase: boolean): Phase[] {
  const rise = phase(pctStart * totalSteps - 1, ["initial_lr", "max_lr"], ["max_momentum", "base_momentum"]);
  if (!threePhase) return [rise, phase(totalSteps - 1, ["max_lr", "min_lr"], ["base_momentum", "max_momentum"])];
  const back = phase(2 * pctStart * totalSteps - 2, ["max_lr", "initial_lr"], ["base_momentum", "max_momentum"]);
  return [rise, back, phase(totalSteps - 1, ["initial_lr", "min_lr"], ["max_momentum", "max_momentum"])];
}
