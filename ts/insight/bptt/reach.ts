import type { Steps } from "./chains.js";

/** Below `vanishing` and above `exploding` times the last step's norm the first step's gradient has vanished or exploded. */
export interface Thresholds {
  readonly vanishing: number;
  readonly exploding: number;
}

/** What a second backward, from the last step alone, says of how far gradients go back. */
export interface Reach {
  readonly kind: "vanishing" | "exploding" | "steady" | "unknown";
  /** Why it is unknown. */
  readonly why?: "no steps" | "no gradient" | "not finite" | "forward not finite";
  /** Steps that gradients could go back over, the last one counted: all, or those since all sequences were reset. */
  readonly steps: number;
  /** Of these, how many lie between the last step and the farthest one that has at least `vanishing` times its norm, both counted. */
  readonly reach: number;
  /** The norm at the farthest step, divided by the one at the last. */
  readonly ratio: number;
  /** Where the norm is largest, if that is above `exploding` times the last step's and not at the farthest one. */
  readonly peak?: { readonly ratio: number; readonly step: number };
  /** The step at which float32 could not hold them any more. */
  readonly overflow?: number;
  /** The first step, going back, at which all of them are exactly 0. */
  readonly zero?: number;
}

/**
 * @param norms `[T]` by step
 * @param walk the steps in the order in which the direction takes them
 * @param steps how many of them count, from the end of the walk
 * @param finite whether all was on the way forward: of what was not, backward makes NaN, which says nothing
 */
export function reachOf(norms: Float64Array, walk: Int32Array, steps: number, { vanishing, exploding }: Thresholds, finite = true): Reach {
  if (steps === 0) return { kind: "unknown", why: "no steps", steps, reach: 0, ratio: Number.NaN };
  const back = Float64Array.from({ length: steps }, (_, k) => norms[walk[walk.length - 1 - k] as number] as number);
  const stepOf = (k: number) => walk[walk.length - 1 - k] as number;
  const last = back[0] as number;
  if (last === 0) return { kind: "unknown", why: "no gradient", steps, reach: 0, ratio: Number.NaN };
  const overflow = back.findIndex((norm) => !Number.isFinite(norm));
  if (!finite && Number.isNaN(back[overflow])) return { kind: "unknown", why: "forward not finite", steps, reach: 0, ratio: Number.NaN };
  if (!Number.isFinite(last)) return { kind: "unknown", why: "not finite", steps, reach: 0, ratio: Number.NaN };
  if (overflow > 0) return { kind: "exploding", steps, reach: overflow, ratio: Number.POSITIVE_INFINITY, overflow: stepOf(overflow) };
  const ratio = (back[steps - 1] as number) / last;
  const most = back.reduce((best, norm, k) => (norm > (back[best] as number) ? k : best), 0);
  const peak = (back[most] as number) / last;
  const zero = back.indexOf(0);
  return {
    kind: ratio < vanishing ? "vanishing" : ratio > exploding ? "exploding" : "steady",
    steps,
    reach: 1 + back.findLastIndex((norm) => norm >= vanishing * last),
    ratio,
    ...(peak > exploding && most < steps - 1 && { peak: { ratio: peak, step: stepOf(most) } }),
    ...(zero > 0 && { zero: stepOf(zero) }),
  };
}

/** How many steps of the walk, from its end, a gradient may come by: until every sequence that has the last step was reset. */
export function stepsSinceResets({ calls, steps }: Steps, direction: number): number {
  let count = 0;
  let alive: Set<number> | undefined;
  let batch = -1;
  for (const { pass } of calls.toReversed()) {
    const { layout, reset } = pass;
    // A batch of another size has other sequences: of those nothing is known.
    if (alive !== undefined && layout.batch !== batch) return steps;
    batch = layout.batch;
    alive ??= new Set(Array.from({ length: longest(layout.offsets, batch) }, (_, n) => n));
    for (let k = 0; k < layout.steps; k++) {
      const t = direction === 0 ? layout.steps - 1 - k : k;
      const first = layout.offsets[t] as number;
      count++;
      if (reset === undefined) continue;
      for (const n of alive) if (reset[first + n] === 1) alive.delete(n);
      if (alive.size === 0) return count;
    }
  }
  return steps;
}

/** How many sequences have all steps. */
function longest(offsets: Int32Array, batch: number): number {
  return offsets.length < 2 ? batch : (offsets.at(-1) as number) - (offsets.at(-2) as number);
}
