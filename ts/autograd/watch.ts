import type { Tensor } from "../tensor/tensor.js";
import type { Gradient } from "./gradient.js";
import type { Node, Recording } from "./node.js";

/** Who looks at every value that flows, and throws at one that should not be: what `detectAnomaly` puts here while it runs. */
export interface Watcher {
  /** An operation has been computed, be it recorded or not. */
  computed(outputs: readonly Tensor[], recording: Recording): void;
  /** A backward begins: with this gradient, over these operations. */
  starts(gradient: Gradient, order: readonly Node[]): void;
  /** All gradients of an operation's outputs are there. */
  arrived(node: Node): void;
  /** An operation has computed the gradient of an input. */
  gave(node: Node, index: number, gradient: Gradient): void;
  /** The gradient of a leaf has been added up. */
  added(node: Node, index: number, sum: Gradient): void;
}

let current: Watcher | null = null;

/** Null, unless something is to be watched. */
export function watching(): Watcher | null {
  return current;
}

/** Puts a watcher, or none, in the place of the one that is returned. */
export function setWatcher(watcher: Watcher | null): Watcher | null {
  const before = current;
  current = watcher;
  return before;
}
