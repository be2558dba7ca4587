import { applyMask } from "../nn/functional/dropout.js";
import { evenLayout, type Layout } from "../nn/recurrent/layout.js";
import { Network } from "../nn/recurrent/network.js";
import { type Pass, type Results, runPass } from "../nn/recurrent/pass.js";
import { directions, parameterSlots, type Sizes, TABLE_WIDTH } from "../nn/recurrent/sizes.js";
import { newFloats } from "../tensor/dtype.js";
import { makeTensor, type Tensor } from "../tensor/tensor.js";

/** One layer and direction of a pass as a network of its own, which can go step by step: to the same bits as in the whole. */
export interface Run {
  readonly pass: Pass;
  readonly layer: number;
  readonly direction: number;
  readonly network: Network;
  /** Of this layer and direction, sharing their values with those of the pass. */
  readonly parameters: readonly Tensor[];
}

/** What a step reads: the rows of the sequences that have it. */
export interface Step {
  readonly count: number;
  readonly x: Tensor;
  readonly h: Tensor;
  readonly c: Tensor | undefined;
}

/** A walk through time. */
export interface Walk {
  /** By time step: what the step has read. */
  readonly steps: readonly Step[];
  /** `[R, Hout]` */
  readonly outputs: Float32Array;
  /** `[R, H]` cell states after each step; empty for cells that have none. */
  readonly cells: Float32Array;
  /** `[N, Hout]` */
  readonly h: Float32Array;
}

/** The rows of a step. */
export interface Span {
  readonly t: number;
  readonly first: number;
  readonly count: number;
}

/** The steps in the order in which a direction takes them. */
export function spansOf({ steps, offsets }: Layout, direction: number): Span[] {
  const spans = Array.from({ length: steps }, (_, t): Span => {
    const first = offsets[t] as number;
    return { t, first, count: (offsets[t + 1] as number) - first };
  });
  return direction === 0 ? spans : spans.reverse();
}

/** @param learns whether backward is to find gradients of the parameters */
export function makeRun(pass: Pass, layer: number, direction: number, learns: boolean): Run {
  const { cell, sizes, output, slots } = pass.network;
  const inputSize = layer === 0 ? sizes.inputSize : directions(sizes) * output;
  const alone = { numLayers: 1, bidirectional: false, batchFirst: false, dropout: 0, checkpointEvery: 0 };
  const own: Sizes = { ...sizes, ...alone, inputSize };
  const run = layer * directions(sizes) + direction;
  const parameters = pass.parameters.filter((_, index) => Math.floor((slots[index]?.position ?? 0) / TABLE_WIDTH) === run);
  return {
    pass,
    layer,
    direction,
    network: new Network(cell, own, parameterSlots(cell, own)),
    parameters: parameters.map((parameter) => parameter.detach().requiresGrad_(learns)),
  };
}

/** The pass of one step. */
export function stepPass({ pass, network, parameters, layer, direction }: Run, { count, x, h, c }: Step): Pass {
  const stateShape = [1, count, network.output];
  const seed = pass.recurrentDropout?.seeds[layer * directions(pass.network.sizes) + direction];
  const recurrentDropout = pass.recurrentDropout && { p: pass.recurrentDropout.p, seeds: Int32Array.of(seed as number) };
  return {
    ...{ name: pass.name, owner: pass.owner, network, parameters, layout: evenLayout(1, count, false) },
    ...{ input: x, h0: h, c0: c, dropout: undefined, recurrentDropout, reset: undefined, returnStates: undefined },
    ...{ outputShape: stateShape, stateShape, cellShape: c?.shape },
  };
}

/** One step. */
export function takeStep(run: Run, step: Step): Results {
  return runPass(stepPass(run, step));
}

/** All steps, from the initial states of the pass. `rows` `[R, I]` are the layer's inputs. */
export function walk(run: Run, rows: Float32Array): Walk {
  const { pass, network } = run;
  const { layout } = pass;
  const { inputSize, hiddenSize } = network.sizes;
  const h = stateOf(run, pass.h0, network.output);
  const c = pass.cellShape === undefined ? undefined : stateOf(run, pass.c0, hiddenSize);
  const outputs = newFloats(layout.rows * network.output);
  const cells = newFloats(c === undefined ? 0 : layout.rows * hiddenSize);
  const steps = new Array<Step>(layout.steps);
  for (const span of spansOf(layout, run.direction)) {
    const { t, first, count } = span;
    clearReset(pass, span, h, network.output);
    if (c !== undefined) clearReset(pass, span, c, hiddenSize);
    const step: Step = {
      count,
      x: rowsAt(rows, first, count, inputSize),
      h: rowsAt(h, 0, count, network.output),
      c: c === undefined ? undefined : rowsAt(c, 0, count, hiddenSize),
    };
    steps[t] = step;
    const { hn, cn } = takeStep(run, step);
    h.set(hn.storage.values());
    outputs.set(hn.storage.values(), first * network.output);
    if (cn === undefined) continue;
    c?.set(cn.storage.values());
    cells.set(cn.storage.values(), first * hiddenSize);
  }
  return { steps, outputs, cells, h };
}

/** Sets those rows of a state, or of its gradient, to zero that are reset before this step. */
export function clearReset({ reset }: Pass, { first, count }: Span, state: Float32Array, width: number): void {
  for (let row = 0; row < count; row++) if (reset?.[first + row] === 1) state.fill(0, row * width, (row + 1) * width);
}

/** `[1, count, width]`: a copy of rows of a matrix. */
function rowsAt(values: Float32Array, first: number, count: number, width: number): Tensor {
  return makeTensor(values.slice(first * width, (first + count) * width), [1, count, width]);
}

/** `[N, width]`: a copy of what an array over all layers and directions has of this one; zeros if there is none. */
export function stateOf({ pass, layer, direction }: Run, state: Tensor | undefined, width: number): Float32Array {
  const size = pass.layout.batch * width;
  if (state === undefined) return newFloats(size);
  const run = layer * directions(pass.network.sizes) + direction;
  return newFloats(state.storage.values().subarray(run * size, (run + 1) * size));
}

/** The rows step after step, where the layout's tensors have the batch before time. */
export function packRows(values: Float32Array, { steps, batch, batchFirst }: Layout, width: number): Float32Array {
  if (!batchFirst) return values;
  const rows = newFloats(values.length);
  for (let t = 0; t < steps; t++) {
    for (let n = 0; n < batch; n++) {
      const from = (n * steps + t) * width;
      rows.set(values.subarray(from, from + width), (t * batch + n) * width);
    }
  }
  return rows;
}

/** A layer's output from those of its directions, side by side, as the next layer gets it. */
export function joinDirections(walks: readonly Walk[], { pass, layer }: Run): Float32Array {
  const { output } = pass.network;
  const { rows } = pass.layout;
  const joined = newFloats(rows * output * walks.length);
  for (const [direction, { outputs }] of walks.entries()) {
    for (let row = 0; row < rows; row++) {
      joined.set(outputs.subarray(row * output, (row + 1) * output), (row * walks.length + direction) * output);
    }
  }
  return masked(pass, layer, joined);
}

/** The values that go from a layer to the next, or their gradients on the way back, with the mask of the pass. */
export function masked({ dropout, network }: Pass, layer: number, values: Float32Array): Float32Array {
  if (dropout === undefined || layer + 1 === network.sizes.numLayers) return values;
  return applyMask(dropout.seeds[layer] as number, dropout.p, values);
}
