import { showShape } from "../errors.js";
import type { Tensor } from "../tensor/tensor.js";

// A parameter that was not passed to any optimizer is a mistake that nothing else shows: it gets gradients, and never changes.

/** How many newcomers are remembered while no optimizer takes a step. */
const MOST = 1000;

/** What some optimizer holds, or held. */
const held = new WeakSet<Tensor>();
/** Parameters that got the first gradient of their life since the last step of any optimizer. */
let newcomers: WeakRef<Tensor>[] = [];

/** Called once for a parameter, with its first gradient. */
export function noteFirstGradient(parameter: Tensor): void {
  if (!held.has(parameter) && newcomers.length < MOST) newcomers.push(new WeakRef(parameter));
}

/** Called by optimizers for what they are given. */
export function hold(tensors: Iterable<Tensor>): void {
  for (const tensor of tensors) held.add(tensor);
}

/**
 * Called by every step: warns of the newcomers that no optimizer holds, each once. One whose gradient is gone again, as after a report that has put
 * back what was there, waits for its next.
 */
export function warnOfUnheld(): void {
  if (newcomers.length === 0) return;
  const unheld: Tensor[] = [];
  newcomers = newcomers.filter((reference) => {
    const parameter = reference.deref();
    if (!parameter?.requiresGrad || held.has(parameter)) return false;
    if (parameter.grad === null) return true;
    unheld.push(parameter);
    return false;
  });
  if (unheld.length === 0) return;
  const shapes = unheld.map((parameter) => showShape(parameter.shape)).join(", ");
  console.warn(
    `unrolled: parameters with gradients must be held by an optimizer to change, got ${unheld.length} that are not (${shapes}); ` +
      "pass them to one, or freeze them with requiresGrad_(false)",
  );
}
