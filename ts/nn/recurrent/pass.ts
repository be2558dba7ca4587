import { type AnyGradient, type CoreGradient, newCoreGradient, placeGradient } from "../../autograd/gradient.js";
import { mustRecord, type Node, recordAllInCore } from "../../autograd/node.js";
import { sizeOf } from "../../tensor/shape.js";
import type { Storage } from "../../tensor/storage.js";
import { makeTensor, type Tensor } from "../../tensor/tensor.js";
import { type Arena, withArena } from "../../wasm/arena.js";
import { core } from "../../wasm/core.js";
import { heapF32 } from "../../wasm/memory.js";
import { Mirror } from "../../wasm/mirror.js";
import { type Saved, savedBlocks } from "../../wasm/saved.js";
import type { Layout } from "./layout.js";
import { type Network, PARTS, type Part } from "./network.js";
import { passes, report, stateGradients } from "./observe.js";
import { placeRare, placeStateGradients, roomForStates, takeStates } from "./states.js";

/** The probability of dropout, and what the masks are made from. */
export interface Masks {
  readonly p: number;
  readonly seeds: Int32Array;
}

/** One pass through all layers and steps. */
export interface Pass {
  /** The operation, as error messages name it. */
  readonly name: string;
  /** The module that makes it. */
  readonly owner: object;
  readonly network: Network;
  /** In the order of the network's slots. */
  readonly parameters: readonly Tensor[];
  readonly layout: Layout;
  /** `[R, I]` packed, `[T, N, I]`, or `[N, T, I]` as the layout says. */
  readonly input: Tensor;
  readonly h0: Tensor | undefined;
  readonly c0: Tensor | undefined;
  /** One seed for each layer but the last. */
  readonly dropout: Masks | undefined;
  /** One seed for each layer and direction. */
  readonly recurrentDropout: Masks | undefined;
  /** For each row, 1 where the state is zero before its step. */
  readonly reset: Int32Array | undefined;
  /** The shape of the rows, if the states after every step are wanted. */
  readonly returnStates: readonly number[] | undefined;
  /** The shapes to give the results. */
  readonly outputShape: readonly number[];
  readonly stateShape: readonly number[];
  /** Undefined for cells without a cell state. */
  readonly cellShape: readonly number[] | undefined;
}

export interface Results {
  readonly output: Tensor;
  readonly hn: Tensor;
  /** For the LSTM. */
  readonly cn: Tensor | undefined;
  /** The states after every step, for each layer and direction, if they were wanted. */
  readonly states: { readonly h: readonly Tensor[]; readonly c: readonly Tensor[] } | undefined;
}

/** Forward through the whole sequence in one call of the core; recorded, if anything needs a gradient. */
export function runPass(pass: Pass): Results {
  const results = run(pass);
  if (passes.any) passes.tell(pass, results);
  return results;
}

function run(pass: Pass): Results {
  const { name, input, h0, c0, parameters } = pass;
  const states = [h0, c0].filter((state) => state !== undefined);
  const inputs = [input, ...states, ...parameters];
  const recording = inputs.some((tensor) => mustRecord(tensor));
  if (!recording) return withArena((arena) => forward(pass, arena, undefined, undefined));
  const saved = savedBlocks.save(4 * savedLength(pass));
  const mirror = Mirror.room(sizeOf(pass.outputShape));
  const release = () => {
    saved.release();
    mirror?.release();
  };
  try {
    const results = withArena((arena) => forward(pass, arena, saved, mirror));
    results.output.storage.mirrorIn(mirror);
    const { output, hn, cn, states: after } = results;
    const outputs = [output, hn, ...(cn === undefined ? [] : [cn]), ...(after === undefined ? [] : [...after.h, ...after.c])];
    recordAllInCore(outputs, { name, inputs, saved: parameters, release, subject: pass }, (gradients, node) => {
      withArena((arena) => backward(pass, arena, saved, gradients, node));
    });
    return results;
  } catch (error) {
    release();
    throw error;
  }
}

/** Floats that backward needs: the input's rows, then what the core saves. */
function savedLength({ network, layout: { steps, batch, rows } }: Pass): number {
  return rows * network.sizes.inputSize + core().network_saved_length(network.handle, steps, batch, rows);
}

/**
 * Forward again, to see what the core saves of it for backward: for each layer and direction what crates/recurrent/src/saved.rs says, of which the
 * activated gates come first, `[R, slots · units]`. The slots are i f g o, or n r z and W_hn·h + b_hn, or h alone; the hidden size is padded to a
 * multiple of `UNITS`. The pass must be one without checkpoints.
 */
export function savedOf(pass: Pass): { readonly saved: Float32Array; readonly results: Results } {
  return withArena((arena) => {
    const kept = arena.f32(savedLength(pass));
    const results = forward(pass, arena, { open: () => kept, close: () => {} }, undefined);
    const input = pass.layout.rows * pass.network.sizes.inputSize;
    return { saved: arena.takeF32(kept + 4 * input, savedLength(pass) - input), results };
  });
}

function forward(pass: Pass, arena: Arena, saved: Pick<Saved, "open" | "close"> | undefined, mirror: Mirror | undefined): Results {
  const { network, layout, h0, c0, cellShape } = pass;
  const { handle, runs, output } = network;
  const { steps, batch, rows, offsets } = layout;
  const { inputSize, hiddenSize, bidirectional } = network.sizes;
  const width = output * (bidirectional ? 2 : 1);
  const packed = network.pack(arena, pass.parameters, [PARTS.forward]);
  const kept = saved?.open(arena);
  const x = placeRows(arena, pass.input, layout, inputSize, kept);
  const y = makeRows(arena, layout, width, mirror);
  const hn = arena.f32(runs * batch * output);
  const cn = cellShape === undefined ? 0 : arena.f32(runs * batch * hiddenSize);
  const after = pass.returnStates && roomForStates(pass, arena);
  core().network_forward(
    handle,
    packed,
    arena.put(offsets),
    steps,
    batch,
    x,
    h0 === undefined ? 0 : arena.place(h0.storage),
    c0 === undefined ? 0 : arena.place(c0.storage),
    placeRare(pass, arena, after, 0),
    y.pointer,
    hn,
    cn,
    kept === undefined ? 0 : kept + 4 * rows * inputSize,
    arena.f32(core().network_forward_scratch(handle, batch, rows, kept === undefined ? 0 : 1, pass.recurrentDropout === undefined ? 0 : 1)),
  );
  saved?.close();
  return {
    output: makeTensor(takeRows(arena, y, layout, width), pass.outputShape),
    hn: makeTensor(arena.takeF32(hn, runs * batch * output), pass.stateShape),
    cn: cellShape === undefined ? undefined : makeTensor(arena.takeF32(cn, runs * batch * hiddenSize), cellShape),
    states: after && takeStates(pass, arena, after),
  };
}

/** Where the input's rows lie, step after step: at `target` if that is given, else wherever they are or fit. */
function placeRows(arena: Arena, input: Tensor, layout: Layout, width: number, target: number | undefined): number {
  const { steps, batch, rows, batchFirst } = layout;
  if (!batchFirst && target === undefined) return arena.place(input.storage);
  const rowsAt = target ?? arena.f32(rows * width);
  if (batchFirst) core().swap_rows(batch, steps, width, arena.place(input.storage), rowsAt);
  else copyRows(input.storage, rowsAt);
  return rowsAt;
}

function copyRows(source: Storage, target: number): void {
  const { placed, length } = source;
  if (placed === 0) heapF32().set(source.values(), target >>> 2);
  else heapF32().copyWithin(target >>> 2, placed >>> 2, (placed >>> 2) + length);
}

/** Rows that the core writes step after step, and room to bring them into the order of the layout's tensors. */
interface Rows {
  readonly pointer: number;
  readonly room: number;
}

function makeRows(arena: Arena, { rows, batchFirst }: Layout, width: number, mirror: Mirror | undefined): Rows {
  const result = mirror?.pointer || arena.f32(rows * width);
  return batchFirst ? { pointer: arena.f32(rows * width), room: result } : { pointer: result, room: 0 };
}

/** A fresh array of them, in the order of the layout's tensors. */
function takeRows(
  arena: Arena,
  { pointer, room }: Rows,
  { steps, batch, rows, batchFirst }: Layout,
  width: number,
): Float32Array<ArrayBuffer> {
  if (batchFirst) core().swap_rows(steps, batch, width, pointer, room);
  return arena.takeF32(batchFirst ? room : pointer, rows * width);
}

/** Gives the gradient of the input, its rows step after step at `rowsAt`, in the order of the layout's tensors. */
function giveRows(node: Node, dx: CoreGradient, rowsAt: number, { steps, batch, batchFirst }: Layout, width: number): void {
  if (batchFirst) core().swap_rows(steps, batch, width, rowsAt, dx.pointer);
  node.give(0, dx);
}

/** The gradient of an output, its rows step after step; 0 if none has arrived. */
function putRows(arena: Arena, gradient: AnyGradient | null | undefined, { steps, batch, batchFirst }: Layout, width: number): number {
  if (gradient === null || gradient === undefined) return 0;
  const rows = placeGradient(arena, gradient);
  if (!batchFirst) return rows;
  const swapped = arena.f32(gradient.length);
  core().swap_rows(batch, steps, width, rows, swapped);
  return swapped;
}

/**
 * Backpropagation through time in one call of the core; the parameters' gradients are added where they lie. All room is taken before the call,
 * so that nothing can fail once it has begun to write over what was saved.
 */
function backward(pass: Pass, arena: Arena, saved: Saved, gradients: readonly (AnyGradient | null)[], node: Node): void {
  const { network, layout, h0, c0, parameters } = pass;
  const { handle, runs, output } = network;
  const { steps, batch, rows, offsets } = layout;
  const { inputSize, hiddenSize, bidirectional } = network.sizes;
  const firstState = 1;
  const firstCell = firstState + (h0 === undefined ? 0 : 1);
  const firstParameter = firstCell + (c0 === undefined ? 0 : 1);
  const dx = node.wants(0) ? newCoreGradient(rows * inputSize) : undefined;
  const dh0 = h0 !== undefined && node.wants(firstState) ? newCoreGradient(runs * batch * output) : undefined;
  const dc0 = c0 !== undefined && node.wants(firstCell) ? newCoreGradient(runs * batch * hiddenSize) : undefined;
  const dxRows = dx === undefined ? 0 : layout.batchFirst ? arena.f32(dx.length) : dx.pointer;
  const packed = network.pack(arena, parameters, neededParts(pass, dx !== undefined, dh0 !== undefined));
  const kept = openSaved(pass, arena, saved, node);
  const squares = stateGradients.any ? arena.f64(2 * runs * steps) : 0;
  const sums = parameters.map((parameter, index) => node.openInCore(firstParameter + index, arena, parameter.numel()));
  core().network_backward(
    handle,
    packed,
    arena.put(offsets),
    steps,
    batch,
    kept,
    placeRare(pass, arena, placeStateGradients(pass, arena, gradients), squares),
    putRows(arena, gradients[0], layout, output * (bidirectional ? 2 : 1)),
    gradients[1] ? placeGradient(arena, gradients[1]) : 0,
    pass.cellShape !== undefined && gradients[2] ? placeGradient(arena, gradients[2]) : 0,
    kept + 4 * rows * inputSize,
    dxRows,
    dh0?.pointer ?? 0,
    dc0?.pointer ?? 0,
    network.table(arena, sums),
    arena.f32(core().network_backward_scratch(handle, batch, rows, pass.recurrentDropout === undefined ? 0 : 1)),
  );
  if (squares !== 0) report(pass, squares, gradients);
  if (dx !== undefined) giveRows(node, dx, dxRows, layout, inputSize);
  if (dh0 !== undefined) node.give(firstState, dh0);
  if (dc0 !== undefined) node.give(firstCell, dc0);
  for (const [index, sum] of sums.entries()) {
    if (sum !== 0) node.closeInCore(firstParameter + index, arena, (parameters[index] as Tensor).numel(), sum);
  }
}

/** The packed weights that a backward pass reads; from checkpoints it goes forward again. */
function neededParts({ network: { sizes }, layout }: Pass, wantsInput: boolean, wantsState: boolean): Part[] {
  const parts: Part[] = [];
  if (sizes.checkpointEvery > 0) parts.push(PARTS.forward);
  if (layout.steps > 1 || wantsState || sizes.projSize > 0) parts.push(PARTS.states);
  if (sizes.numLayers > 1) parts.push(PARTS.inputsAbove);
  if (wantsInput) parts.push(PARTS.firstInput);
  return parts;
}

/** What forward saved. Backward writes over it, unless these are checkpoints: if the graph is kept, over a copy. */
function openSaved(pass: Pass, arena: Arena, saved: Saved, node: Node): number {
  const kept = saved.open(arena);
  if (!node.keeps || saved.overflowed || pass.network.sizes.checkpointEvery > 0) return kept;
  const count = savedLength(pass);
  const copy = arena.f32(count);
  heapF32().copyWithin(copy >>> 2, kept >>> 2, (kept >>> 2) + count);
  return copy;
}
