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

/** Gradients as they are, so that they can be so again after backward has added to them. */
export class KeptGradients {
  readonly #restore = new Map<Tensor, () => void>();

  /** Keeps what the tensors have, and clears it: parameters have zeros, or no gradient as before. */
  keep(tensors: Iterable<Tensor>): void {
    for (const tensor of tensors) {
      if (this.#restore.has(tensor)) continue;
      this.#restore.set(tensor, tensor instanceof Parameter ? keepInPlace(tensor) : keepAside(tensor));
    }
  }

  restore(): void {
    for (const restore of this.#restore.values()) restore();
    this.#restore.clear();
  }
}

/** Who holds the gradient of a parameter holds the same tensor after that. */
function keepInPlace(parameter: Parameter): () => void {
  const { grad } = parameter;
  if (grad === null) {
    return () => {
      parameter.grad = null;
    };
  }
  const { storage } = grad;
  const values = storage.values().slice();
  storage.values().fill(0);
  storage.version++;
  return () => {
    // A function that was called meanwhile may have dropped it: then the values come back, in another tensor.
    if (parameter.grad !== grad) {
      grad.storage.values().set(values);
      parameter.grad = grad.clone().detach();
      return;
    }
    storage.values().set(values);
    storage.version++;
  };
}

function keepAside(tensor: Tensor): () => void {
  const { grad } = tensor;
  tensor.grad = null;
  return () => {
    tensor.grad = grad;
  };
}
