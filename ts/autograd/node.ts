import { complaint, UnrolledError } from "../errors.js";
import { newFloats } from "../tensor/dtype.js";
import type { Storage } from "../tensor/storage.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Arena } from "../wasm/arena.js";
import { heapF32 } from "../wasm/memory.js";
import { type AnyGradient, CoreGradient, type Gradient, valuesOf } from "./gradient.js";
import { isGradEnabled } from "./mode.js";
import { watching } from "./watch.js";

/** Gradients of the outputs in, `node.give(index, …)` for every input that wants one. */
export type Backward<G extends AnyGradient = AnyGradient> = (gradients: readonly (G | null)[], node: Node) => void;

export interface Recording {
  /** The operation, as error messages name it. */
  readonly name: string;
  /** What gradients may go to; `node.give` counts them in this order. */
  readonly inputs: readonly Tensor[];
  /** Tensors whose values backward reads: they must not have changed by then. With none, backward may run again and again. */
  readonly saved?: readonly Tensor[];
  /** Called once when backward is done with the node, or when it must not run again: gives back what the node holds in the core. */
  readonly release?: () => void;
  /** What a watcher may want to know besides: the pass of a recurrent network. */
  readonly subject?: unknown;
}

/** One recorded operation: how gradients of its outputs become gradients of its inputs. */
export class Node {
  readonly name: string;
  /** How it was recorded, if that was watched; else the tensors would live as long as the graph. */
  readonly recording: Recording | null;
  /** Where the gradient of each input goes: the node that made it, a leaf, or nowhere. */
  #targets: readonly (Node | Tensor | null)[];
  /** Which output of its node each input is. */
  readonly #ports: readonly number[];
  #backward: Backward | null;
  #release: (() => void) | undefined;
  #failed = false;
  #saved: readonly Storage[];
  #versions: readonly number[];
  readonly #reusable: boolean;
  /** Gradients of the outputs that have arrived in this run. */
  readonly #arrived: (AnyGradient | null)[];
  /** The arrived gradients that are sums that this node made, and may add to. */
  readonly #sums: (Gradient | undefined)[] = [];
  #retained: Map<number, Tensor> | null = null;
  /** The engine's mark: the last run that has visited this node. */
  run = 0;
  /** Whether the graph stays whole after this run: what a backward would write over, it must copy first. */
  keeps = false;

  constructor(recording: Recording, outputs: number, backward: Backward) {
    const { name, inputs, saved = [], release } = recording;
    this.name = name;
    this.recording = watching() === null ? null : recording;
    this.#targets = inputs.map((input) => (input.requiresGrad ? (input.node ?? input) : null));
    this.#ports = inputs.map((input) => input.port);
    this.#saved = saved.map((tensor) => tensor.storage);
    this.#versions = this.#saved.map((storage) => storage.version);
    this.#reusable = saved.length === 0 && release === undefined;
    this.#release = release;
    this.#backward = backward;
    this.#arrived = new Array<AnyGradient | null>(outputs).fill(null);
  }

  /** The nodes that made the inputs, as far as these want a gradient; leaves are no nodes. */
  get targets(): readonly (Node | Tensor | null)[] {
    return this.#targets;
  }

  /** Whether the input wants a gradient. */
  wants(index: number): boolean {
    return this.#target(index) !== null;
  }

  /** Where the gradient of an input goes now: a leaf may have ceased to want one. */
  #target(index: number): Node | Tensor | null {
    const target = this.#targets[index] ?? null;
    return target instanceof Node || target?.requiresGrad === true ? target : null;
  }

  /** Adds to the gradient of an input; nothing happens if it wants none. The node must not write to `gradient` after that. */
  give(index: number, gradient: AnyGradient): void {
    const target = this.#target(index);
    if (target === null) return;
    const watcher = watching();
    watcher?.gave(this, index, valuesOf(gradient));
    if (target instanceof Node) {
      target.receive(this.#ports[index] as number, gradient);
    } else {
      target.accumulateGrad(valuesOf(gradient));
      watcher?.added(this, index, target.grad?.storage.values() as Gradient);
    }
  }

  /** The gradients of the outputs that are there; null for those that had no part in the loss. */
  get arrived(): readonly (Gradient | null)[] {
    return this.#arrived.map((gradient) => gradient && valuesOf(gradient));
  }

  /**
   * The same for kernels that add to a gradient in the core: `add` is called with the pointer of `count` floats, a parameter's own gradient or
   * zeros in the arena; not at all if the input wants no gradient.
   */
  giveInCore(index: number, arena: Arena, count: number, add: (pointer: number) => void): void {
    const pointer = this.openInCore(index, arena, count);
    if (pointer === 0) return;
    add(pointer);
    this.closeInCore(index, arena, count, pointer);
  }

  /** For kernels that add to several gradients in one call: where to add, or 0 if the input wants no gradient. */
  openInCore(index: number, arena: Arena, count: number): number {
    const target = this.#target(index);
    if (target === null) return 0;
    const own = target instanceof Node ? 0 : target.accumulatePointer();
    return own !== 0 ? own : arena.zeros(count);
  }

  /** To be called after the kernel, for every input that was opened. */
  closeInCore(index: number, arena: Arena, count: number, pointer: number): void {
    const target = this.#target(index);
    if (target === null) return;
    if (target instanceof Node || target.accumulatePointer() === 0) this.give(index, arena.takeF32(pointer, count));
    else watching()?.added(this, index, heapF32().subarray(pointer >>> 2, (pointer >>> 2) + count));
  }

  /** Adds to the gradient of an output. */
  receive(port: number, gradient: AnyGradient): void {
    const before = this.#arrived[port];
    if (before === null || before === undefined) {
      this.#arrived[port] = gradient;
      if (gradient instanceof CoreGradient) gradient.hold();
      return;
    }
    const sum = this.#sums[port] ?? newFloats(valuesOf(before));
    addTo(sum, valuesOf(gradient));
    if (before instanceof CoreGradient) before.release();
    this.#sums[port] = sum;
    this.#arrived[port] = sum;
  }

  /** Lets `tensor`, an output, receive its gradient as leaves do. */
  retain(port: number, tensor: Tensor): void {
    this.#retained ??= new Map();
    this.#retained.set(port, tensor);
  }

  /** Throws if backward cannot run any more. */
  check(): void {
    if (this.#backward === null) {
      const hint = this.#failed
        ? "compute the loss again: gradients may have got a part of what this backward would have added"
        : "call backward(undefined, { retainGraph: true }) the first time if the graph is needed again";
      const actual = `a graph whose ${this.name} was freed by ${this.#failed ? "a backward that failed" : "an earlier backward"}`;
      throw new UnrolledError(complaint("Tensor.backward", "the graph", "whole", actual, hint));
    }
    const changed = this.#saved.findIndex((storage, index) => storage.version !== this.#versions[index]);
    if (changed < 0) return;
    const versions = `version ${this.#saved[changed]?.version} of one, recorded at version ${this.#versions[changed]}`;
    const hint = "a tensor needed for backward was modified by an in-place operation";
    throw new UnrolledError(complaint("Tensor.backward", `the values that ${this.name} needs`, "as they were", versions, hint));
  }

  /** The outputs that receive their gradients as leaves do. */
  get retained(): Iterable<Tensor> {
    return this.#retained?.values() ?? [];
  }

  /** Passes on what has arrived, if anything has. */
  propagate(): void {
    if (this.#arrived.every((gradient) => gradient === null)) return;
    watching()?.arrived(this);
    for (const [port, tensor] of this.#retained ?? []) {
      const gradient = this.#arrived[port];
      if (gradient) tensor.accumulateGrad(valuesOf(gradient));
    }
    this.#backward?.(this.#arrived, this);
  }

  /** Forgets what has arrived. */
  reset(): void {
    for (const gradient of this.#arrived) if (gradient instanceof CoreGradient) gradient.release();
    this.#arrived.fill(null);
    this.#sums.length = 0;
  }

  /** Gives up what backward needed, unless that is nothing. */
  free(): void {
    if (!this.#reusable) this.#drop();
  }

  /** The same for a node that a failed backward has reached, in any case. */
  abandon(): void {
    this.#failed = true;
    this.#drop();
  }

  #drop(): void {
    this.#release?.();
    this.#release = undefined;
    this.#backward = null;
    this.#saved = [];
    this.#targets = [];
  }
}

/** a += b */
export function addTo(a: Float32Array, b: Float32Array): void {
  for (let index = 0; index < a.length; index++) a[index] = (a[index] as number) + (b[index] as number);
}

/** Whether an operation on these has to be recorded; when it is watched, in any case: then `record` has the last word. */
export function mustRecord(a: Tensor, b?: Tensor, c?: Tensor): boolean {
  if (watching() !== null) return true;
  return isGradEnabled() && (a.requiresGrad || b?.requiresGrad === true || c?.requiresGrad === true);
}

/** Records an operation with one output. `backward` gets its gradient. */
export function record(output: Tensor, recording: Recording, backward: (gradient: Gradient, node: Node) => void): Tensor {
  return recordInCore(output, recording, (gradient, node) => backward(valuesOf(gradient), node));
}

/** The same for a backward that takes the gradient where it lies, by `placeGradient`, or passes it on as it is. */
export function recordInCore(output: Tensor, recording: Recording, backward: (gradient: AnyGradient, node: Node) => void): Tensor {
  if (watching() !== null && !isNeeded([output], recording)) return output;
  output.node = new Node(recording, 1, (gradients, node) => backward(gradients[0] as AnyGradient, node));
  return output;
}

/** Records an operation with several outputs. `backward` gets null for those that had no part in the loss. */
export function recordAll(outputs: readonly Tensor[], recording: Recording, backward: Backward<Gradient>): void {
  recordAllInCore(outputs, recording, (gradients, node) => {
    backward(
      gradients.map((gradient) => (gradient === null ? null : valuesOf(gradient))),
      node,
    );
  });
}

/** The same for a backward that takes the gradients where they lie. */
export function recordAllInCore(outputs: readonly Tensor[], recording: Recording, backward: Backward): void {
  if (watching() !== null && !isNeeded(outputs, recording)) return;
  const node = new Node(recording, outputs.length, backward);
  for (const [port, output] of outputs.entries()) {
    output.node = node;
    output.port = port;
  }
}

/** Shows the watcher what was computed; then whether backward will ask for it, too. What the operation holds for that is given back if not. */
function isNeeded(outputs: readonly Tensor[], recording: Recording): boolean {
  try {
    watching()?.computed(outputs, recording);
  } catch (error) {
    recording.release?.();
    throw error;
  }
  const needed = isGradEnabled() && recording.inputs.some(({ requiresGrad }) => requiresGrad);
  if (!needed) recording.release?.();
  return needed;
}
