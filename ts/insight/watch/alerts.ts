import { counted } from "../../print.js";
import { short } from "../bptt/numbers.js";
import type { Reach } from "../bptt/reach.js";
import { layerLabel } from "../label.js";
import type { LayerLook } from "./look.js";

/** Something that training should not go on with unseen. */
export interface Alert {
  readonly kind: "exploding" | "vanishing" | "dead" | "non-finite";
  /** The step of the optimizer, counted from 1, since `watch`. */
  readonly step: number;
  /** The module's path in the model, or the parameter's. */
  readonly module: string | null;
  readonly layer: number | null;
  readonly direction: "forward" | "reverse" | null;
  /** Of what is not finite: the gate, or the state c or h. */
  readonly gate: string | null;
  /** The time step. */
  readonly time: number | null;
  /** One sentence. */
  readonly text: string;
}

export type AlertKind = Alert["kind"];

/** What is amiss, whenever it is: the place says what is the same as before. */
export type Complaint = Omit<Alert, "step">;

const NOWHERE = { module: null, layer: null, direction: null, gate: null, time: null } as const;

/** Tells of what comes to be amiss, and again only after it was in order. */
export class Alerts {
  readonly all: Alert[] = [];
  readonly #tell: (alert: Alert) => void;
  readonly #active = new Set<string>();

  constructor(tell: (alert: Alert) => void) {
    this.#tell = tell;
  }

  raise(step: number, complaint: Complaint): void {
    const key = keyOf(complaint);
    if (this.#active.has(key)) return;
    this.#active.add(key);
    const alert = { ...complaint, step };
    this.all.push(alert);
    this.#tell(alert);
  }

  /** That all is well again. */
  clear(complaint: Pick<Complaint, "kind" | "module" | "layer" | "direction">): void {
    this.#active.delete(keyOf(complaint));
  }

  /** That whatever of this kind there was is over. */
  clearAll(kind: AlertKind): void {
    for (const key of this.#active) if (key.startsWith(kind)) this.#active.delete(key);
  }

  isActive(kind: AlertKind): boolean {
    return [...this.#active].some((key) => key.startsWith(kind));
  }
}

function keyOf({ kind, module, layer, direction }: Pick<Complaint, "kind" | "module" | "layer" | "direction">): string {
  return kind === "non-finite" ? kind : [kind, module, layer, direction].join(" ");
}

/** Raises and clears what a look says of how far gradients go. */
export function judgeReach(alerts: Alerts, step: number, look: LayerLook): void {
  const judged = kindOf(look);
  if (judged === undefined) return;
  const { module, layer, direction } = look;
  for (const kind of ["exploding", "vanishing"] as const) {
    const place = { ...NOWHERE, kind, module, layer, direction };
    if (judged.kind === kind) alerts.raise(step, { ...place, text: `in ${layerLabel(look)}, ${judged.text}` });
    else alerts.clear(place);
  }
}

/** Undefined if this look does not tell. */
function kindOf({ reach }: LayerLook): { kind: Reach["kind"]; text: string } | undefined {
  if (reach === null || reach.kind === "unknown") return undefined;
  const { kind, ratio, overflow, steps } = reach;
  if (kind !== "exploding") return { kind, text: `gradients reach back ${reach.reach} of ${counted(steps, "step")}: ${kind}` };
  const how = overflow === undefined ? `are ${short(ratio)} times the last step's at the first` : `overflow float32 at step ${overflow}`;
  return { kind, text: `gradients ${how}, going back over ${counted(steps, "step")}: exploding` };
}

/** Looks in a row after which a unit that was 0 in all of them is taken for dead. */
const DEAD_LOOKS = 3;

/** Units that were 0 in every look so far, by layer. */
export class DeadUnits {
  readonly #since = new Map<string, { units: readonly number[]; looks: number }>();

  judge(alerts: Alerts, step: number, look: LayerLook): void {
    const { deadUnits, module, layer, direction } = look;
    if (deadUnits === null) return;
    const place = { ...NOWHERE, kind: "dead", module, layer, direction } as const;
    const key = layerLabel(look);
    const before = this.#since.get(key);
    const units = before === undefined ? deadUnits : before.units.filter((unit) => deadUnits.includes(unit));
    const looks = (before?.looks ?? 0) + 1;
    // With no unit left the count begins anew.
    if (units.length === 0) this.#since.delete(key);
    else this.#since.set(key, { units, looks });
    if (units.length === 0) alerts.clear(place);
    else if (looks >= DEAD_LOOKS) {
      alerts.raise(step, {
        ...place,
        text: `in ${key}, ${counted(units.length, "unit")} of relu never became active in ${looks} looks: dead (${list(units)})`,
      });
    }
  }
}

function list(units: readonly number[]): string {
  return `${units.slice(0, 8).join(", ")}${units.length > 8 ? ", …" : ""}`;
}

/** Gradient norms of so many steps are remembered, */
const REMEMBERED = 100;
/** and from so many on there is a usual one. */
const ENOUGH = 10;

/** Whether the norm of all gradients leaps far out of what it was. */
export class Spikes {
  readonly #norms: number[] = [];

  judge(alerts: Alerts, step: number, norm: number, exploding: number): void {
    const place = { ...NOWHERE, kind: "exploding" } as const;
    const usual = this.#norms.length < ENOUGH ? 0 : (this.#norms.toSorted((a, b) => a - b)[this.#norms.length >> 1] as number);
    if (usual > 0 && norm > exploding * usual) {
      alerts.raise(step, {
        ...place,
        text: `the norm of all gradients is ${short(norm)}, ${short(norm / usual)} times what it was: exploding`,
      });
    } else alerts.clear(place);
    this.#norms.push(norm);
    if (this.#norms.length > REMEMBERED) this.#norms.shift();
  }
}
