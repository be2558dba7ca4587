import { complaint, ShapeError, showShape, UnrolledError } from "../errors.js";
import { requireTensor } from "../tensor/convert.js";
import { newFloats } from "../tensor/dtype.js";
import { sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { type Gradient, withGradients } from "./gradient.js";
import { Node } from "./node.js";
import { watching } from "./watch.js";

let runs = 0;

/**
 * Computes the gradients of every leaf that `root` was computed from, and adds them to what these have in `grad`.
 *
 * Whatever a caller can get wrong is found before the first gradient is passed on, so that an error leaves all gradients as they were. What fails
 * later, for want of memory, leaves a part of them, and no graph that could run again, unless `retainGraph` keeps it.
 */
export function runBackward(root: Tensor, given: Tensor | undefined, retainGraph: boolean): void {
  const gradient = firstGradient(root, given);
  const { node } = root;
  if (node === null) {
    root.accumulateGrad(gradient);
    return;
  }
  const order = topologicalOrder(node);
  for (const each of order) each.check();
  withGradients(() => passOn(root, gradient, order, retainGraph));
}

/** Runs the nodes, each when all of its gradient has arrived. */
function passOn({ node, port }: Tensor, gradient: Gradient, order: readonly Node[], retainGraph: boolean): void {
  watching()?.starts(gradient, order);
  let reached = 0;
  try {
    node?.receive(port, gradient);
    for (const each of order) {
      reached++;
      each.keeps = retainGraph;
      each.propagate();
      each.reset();
      if (!retainGraph) each.free();
    }
  } catch (error) {
    for (const each of order) each.reset();
    // They may have written over what they saved: a second run would give wrong gradients.
    if (!retainGraph) for (const each of order.slice(0, reached)) each.abandon();
    throw error;
  }
}

function firstGradient(root: Tensor, given: Tensor | undefined): Gradient {
  const where = "Tensor.backward";
  if (!root.requiresGrad) {
    const hint = "it was computed from none, or inside noGrad, or is detached";
    throw new UnrolledError(complaint(where, "the tensor", "computed from one that requires a gradient", "one that was not", hint));
  }
  if (given === undefined) {
    if (root.storage.length === 1) return newFloats([1]);
    const hint = "pass a gradient of this shape, or reduce to a scalar with sum() or mean()";
    throw new UnrolledError(complaint(where, "the tensor", "a scalar if no gradient is given", `shape ${showShape(root.shape)}`, hint));
  }
  requireTensor(where, "gradient", given);
  if (!sameShape(given.shape, root.shape)) {
    throw new ShapeError(complaint(where, "gradient", showShape(root.shape), showShape(given.shape)));
  }
  return newFloats(given.storage.values());
}

/** The nodes that gradients reach from `root`, each before those it passes on to. Without recursion: graphs are deeper than the stack. */
function topologicalOrder(root: Node): Node[] {
  const run = ++runs;
  const order: Node[] = [];
  const path: Node[] = [root];
  const next: number[] = [0];
  root.run = run;
  while (path.length > 0) {
    const top = path.length - 1;
    const node = path[top] as Node;
    const index = next[top] as number;
    if (index === node.targets.length) {
      order.push(node);
      path.pop();
      next.pop();
      continue;
    }
    next[top] = index + 1;
    const target = node.targets[index];
    if (target instanceof Node && target.run !== run) {
      target.run = run;
      path.push(target);
      next.push(0);
    }
  }
  return order.reverse();
}
