import type { Storage } from "../../tensor/storage.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type Arena, withArena } from "../../wasm/arena.js";
import { whenCollected } from "../../wasm/collected.js";
import { core, coreInUse } from "../../wasm/core.js";
import { allocate, type Block, heapI32 } from "../../wasm/memory.js";
import { CELLS, type Cell, directions, outputSize, type ParameterSlot, type Sizes, TABLE_WIDTH } from "./sizes.js";

const registry = whenCollected<number>((handle) => coreInUse()?.network_free(handle));

/** More steps than memory has room for: a span of so many is the whole sequence. */
const MOST_STEPS = 2 ** 31 - 1;

/** What was packed: whose values, at which version. */
interface Source {
  readonly storage: Storage;
  readonly version: number;
}

/**
 * Parts of the packed weights, as the core counts them: what forward reads; what backward needs to go from step to step, from layer to layer, and
 * to the input.
 */
export const PARTS = { forward: 0, states: 1, inputsAbove: 2, firstInput: 3 } as const;

export type Part = (typeof PARTS)[keyof typeof PARTS];

/** A recurrent network in the core: its sizes, and its weights as the products read them. */
export class Network {
  readonly cell: Cell;
  readonly sizes: Sizes;
  readonly slots: readonly ParameterSlot[];
  /** Layers times directions. */
  readonly runs: number;
  /** Size of a direction's output. */
  readonly output: number;
  readonly handle: number;
  #packed: Block | null = null;
  /** What each part was packed from. */
  readonly #sources: [Source[], Source[], Source[], Source[]] = [[], [], [], []];

  constructor(cell: Cell, sizes: Sizes, slots: readonly ParameterSlot[]) {
    const { inputSize, hiddenSize, projSize, numLayers } = sizes;
    this.cell = cell;
    this.sizes = sizes;
    this.slots = slots;
    this.runs = numLayers * directions(sizes);
    this.output = outputSize(sizes);
    const { code } = CELLS[cell];
    const every = Math.min(sizes.checkpointEvery, MOST_STEPS);
    const [bias, layerNorm] = [Number(sizes.bias), Number(sizes.layerNorm)];
    this.handle = core().network_new(code, inputSize, hiddenSize, projSize, numLayers, directions(sizes), bias, layerNorm, every);
    registry.register(this, this.handle);
  }

  /** The pointer to packed weights, of which these parts are fresh: packed anew only if a parameter has changed. */
  pack(arena: Arena, parameters: readonly Tensor[], parts: readonly Part[]): number {
    this.#packed ??= allocate(4 * core().network_packed_length(this.handle));
    for (const part of parts) this.#packPart(arena, parameters, part);
    return this.#packed.pointer;
  }

  /** The same for forward alone, where mostly nothing has changed. */
  packed(parameters: readonly Tensor[]): number {
    if (this.#packed !== null && this.#isFresh(parameters, PARTS.forward)) return this.#packed.pointer;
    return this.#packInArena(parameters);
  }

  /** By itself, because a function in which a closure stands allocates for it also when it is not reached. */
  #packInArena(parameters: readonly Tensor[]): number {
    return withArena((arena) => this.pack(arena, parameters, [PARTS.forward]));
  }

  #isFresh(parameters: readonly Tensor[], part: Part): boolean {
    const sources = this.#sources[part];
    for (let index = 0; index < parameters.length; index++) {
      const { storage } = parameters[index] as Tensor;
      if (sources[index]?.storage !== storage || sources[index]?.version !== storage.version) return false;
    }
    return true;
  }

  #packPart(arena: Arena, parameters: readonly Tensor[], part: Part): void {
    if (this.#isFresh(parameters, part)) return;
    const table = this.table(
      arena,
      parameters.map((parameter) => arena.place(parameter.storage)),
    );
    core().network_pack(this.handle, table, (this.#packed as Block).pointer, part);
    this.#sources[part] = parameters.map(({ storage }) => ({ storage, version: storage.version }));
  }

  /** A table of pointers, one for each parameter, as the core reads it. */
  table(arena: Arena, pointers: readonly number[]): number {
    const table = arena.i32(this.runs * TABLE_WIDTH);
    const heap = heapI32();
    heap.fill(0, table >>> 2, (table >>> 2) + this.runs * TABLE_WIDTH);
    for (const [index, pointer] of pointers.entries()) heap[(table >>> 2) + (this.slots[index] as ParameterSlot).position] = pointer;
    return table;
  }
}
