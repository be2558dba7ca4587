import { Node } from "../../autograd/node.js";
import { Parameter } from "../../nn/parameter.js";
import type { Tensor } from "../../tensor/tensor.js";

/** What a gradient of `root` comes by on its way back. */
export interface Graph {
  /** The tensors that sum up what arrives and were computed from nothing. */
  readonly leaves: ReadonlySet<Tensor>;
  /** Results that keep their gradients because somebody asked for them. */
  readonly retained: ReadonlySet<Tensor>;
}

export function graphOf(root: Tensor): Graph {
  const leaves = new Set<Tensor>();
  const retained = new Set<Tensor>();
  const visit = (node: Node) => {
    for (const tensor of node.retained) retained.add(tensor);
    for (const target of node.targets) if (target !== null && !(target instanceof Node)) leaves.add(target);
    return true;
  };
  if (root.node === null) leaves.add(root);
  walkBack([root], visit);
  return { leaves, retained };
}

/** Calls `visit` once with every operation that the tensors were computed by; it says whether to go on to what that was computed from. */
export function walkBack(from: Iterable<Tensor>, visit: (node: Node) => boolean): void {
  const seen = new Set<Node>();
  const waiting: Node[] = [];
  const meet = (node: Node | Tensor | null) => {
    if (!(node instanceof Node) || seen.has(node)) return;
    seen.add(node);
    waiting.push(node);
  };
  for (const { node } of from) meet(node);
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (visit(node)) for (const target of node.targets) meet(target);
  }
}

/** What to do with a gradient that is kept. */
interface Kept {
  clear(): void;
  restore(): void;
}

/** Gradients as they are, so that they can be so again after backward has added to them. */
export class KeptGradients {
  readonly #kept = new Map<Tensor, Kept>();

  /** Keeps what the tensors have, and clears it: parameters have zeros, or no gradient as before. */
  keep(tensors: Iterable<Tensor>): void {
    for (const tensor of tensors) {
      if (this.#kept.has(tensor)) continue;
      const kept = tensor instanceof Parameter ? keepInPlace(tensor) : keepAside(tensor);
      this.#kept.set(tensor, kept);
      kept.clear();
    }
  }

  /** Clears what has been added meanwhile. */
  clear(): void {
    for (const { clear } of this.#kept.values()) clear();
  }

  restore(): void {
    for (const { restore } of this.#kept.values()) restore();
    this.#kept.clear();
  }
}

/** Who holds the gradient of a parameter holds the same tensor after that. */
function keepInPlace(parameter: Parameter): Kept {
  const { grad } = parameter;
  if (grad === null) return keepAside(parameter);
  const { storage } = grad;
  const values = storage.values().slice();
  const clear = () => {
    storage.values().fill(0);
    storage.version++;
  };
  const restore = () => {
    // A function that was called meanwhile may have dropped it: then the values come back, in another tensor.
    if (parameter.grad !== grad) {
      grad.storage.values().set(values);
      parameter.grad = grad.clone().detach();
      return;
    }
    storage.values().set(values);
    storage.version++;
  };
  return { clear, restore };
}

function keepAside(tensor: Tensor): Kept {
  const { grad } = tensor;
  return {
    clear: () => {
      tensor.grad = null;
    },
    restore: () => {
      tensor.grad = grad;
    },
  };
}
