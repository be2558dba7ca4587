import type { AnyGradient } from "../../autograd/gradient.js";
import { valuesOf } from "../../autograd/gradient.js";
import { sizeOf } from "../../tensor/shape.js";
import { makeTensor, type Tensor } from "../../tensor/tensor.js";
import type { Arena } from "../../wasm/arena.js";
import { heapF32, heapI32 } from "../../wasm/memory.js";
import type { Masks, Pass } from "./pass.js";

// What a pass has beyond PyTorch's: resets, recurrent dropout, the states after every step.

/** Words of the table of what most calls do without: `Rare` in crates/wasm/src/network.rs. */
const RARE_WIDTH = 8;

/**
 * A table of what most calls do without; 0 if this one does, too.
 *
 * @param states where the states after every step go, or their gradients are
 * @param squares where the squares of the states' gradients go, or 0
 */
export function placeRare({ dropout, recurrentDropout, reset }: Pass, arena: Arena, states: States | undefined, squares: number): number {
  if (dropout === undefined && recurrentDropout === undefined && reset === undefined && states === undefined && squares === 0) return 0;
  const seeds = (masks: Masks | undefined) => (masks === undefined ? 0 : arena.put(masks.seeds));
  const words = [
    0,
    seeds(dropout),
    0,
    seeds(recurrentDropout),
    reset === undefined ? 0 : arena.put(reset),
    states?.h ?? 0,
    states?.c ?? 0,
    squares,
  ];
  const table = arena.i32(RARE_WIDTH);
  heapI32().set(words, table >>> 2);
  heapF32()[table >>> 2] = dropout?.p ?? 0;
  heapF32()[(table >>> 2) + 2] = recurrentDropout?.p ?? 0;
  return table;
}

export interface States {
  /** `[runs, R, Hout]` */
  readonly h: number;
  /** `[runs, R, H]`; 0 without cell states */
  readonly c: number;
}

/** Values of the states of one layer and direction. */
function lengths({ network, layout, cellShape }: Pass): { readonly h: number; readonly c: number } {
  return { h: layout.rows * network.output, c: cellShape === undefined ? 0 : layout.rows * network.sizes.hiddenSize };
}

export function roomForStates(pass: Pass, arena: Arena): States {
  const { h, c } = lengths(pass);
  const { runs } = pass.network;
  return { h: arena.f32(runs * h), c: c === 0 ? 0 : arena.f32(runs * c) };
}

/** The states as tensors, `[T, N, size]` or packed rows. */
export function takeStates(pass: Pass, arena: Arena, states: States): { h: Tensor[]; c: Tensor[] } {
  const { network, layout, returnStates = [] } = pass;
  // Never batch first: the rows lie step after step.
  const rows = returnStates.length === 2 ? [layout.steps, layout.batch] : returnStates;
  const take = (pointer: number, size: number) => (_: unknown, run: number) => {
    const shape = [...rows, size];
    return makeTensor(arena.takeF32(pointer + 4 * run * sizeOf(shape), sizeOf(shape)), shape);
  };
  const of = (pointer: number, size: number) => Array.from({ length: network.runs }, take(pointer, size));
  // Of no rows there are cell states, too, at no address.
  return { h: of(states.h, network.output), c: pass.cellShape === undefined ? [] : of(states.c, network.sizes.hiddenSize) };
}

/** The gradients of these tensors, zeros where none has arrived; undefined if none has at all. */
export function placeStateGradients(pass: Pass, arena: Arena, gradients: readonly (AnyGradient | null)[]): States | undefined {
  const first = pass.cellShape === undefined ? 2 : 3;
  if (pass.returnStates === undefined || gradients.slice(first).every((gradient) => gradient === null)) return undefined;
  const { h, c } = lengths(pass);
  const { runs } = pass.network;
  const place = (start: number, length: number): number => {
    if (length === 0) return 0;
    const pointer = arena.zeros(runs * length);
    for (let run = 0; run < runs; run++) {
      const gradient = gradients[start + run];
      if (gradient) heapF32().set(valuesOf(gradient), (pointer >>> 2) + run * length);
    }
    return pointer;
  };
  return { h: place(first, h), c: place(first + runs, c) };
}
