import type { Optimizer } from "../optimizer.js";

// A scheduler that steps before its optimizer does skips the first learning rate, which nothing else shows.

/** How many steps an optimizer had taken when its first scheduler was made. */
const atFirst = new WeakMap<Optimizer, number>();
/** Optimizers of which it has been said. */
const warned = new WeakSet<Optimizer>();

/** Called for each scheduler that is made. */
export function noteScheduler(optimizer: Optimizer): void {
  if (!atFirst.has(optimizer)) atFirst.set(optimizer, optimizer.stepsTaken);
}

/** Called by the first step of each scheduler: warns, once, if the optimizer has taken none since. */
export function warnIfEarly(optimizer: Optimizer): void {
  if (optimizer.stepsTaken !== atFirst.get(optimizer) || warned.has(optimizer)) return;
  warned.add(optimizer);
  console.warn(
    "unrolled: optimizer.step() must come before scheduler.step(), got the scheduler's first; " +
      "the first learning rate of the schedule is skipped",
  );
}
