// What four lanes of float32 could do at best in this engine: multiply and add in registers, no memory at all.

import { timed } from "../measure/turns.mjs";
import { moduleOf, op } from "./assembler.mjs";

/**
 * Chains that do not wait for each other. Fewer than eight leave the units waiting; more than twelve, with two constants, do not fit into V8's
 * fifteen registers.
 */
const CHAINS = [8, 10, 12];

/** Rounds per call: some ten microseconds. The function is entered again and again, so that engines come to compile it at their best. */
const ROUNDS = 5000;

/** Calls per time taken. */
const REPEAT = 16;

/** `x ← x·factor + offset` in each of the chains, as many rounds as the argument says; the sum of all chains' first lanes. */
export function peakModule(chains, fused) {
  const [counter, factor, offset, first] = [0, 1, 2, 3];
  const vectors = Array.from({ length: chains }, (_, index) => first + index);
  const splat = (value, local) => [...op.f32Const(value), ...op.f32x4Splat, ...op.localSet(local)];
  const multiplyAdd = fused
    ? [...op.localGet(factor), ...op.localGet(offset), ...op.f32x4RelaxedMadd]
    : [...op.localGet(factor), ...op.f32x4Mul, ...op.localGet(offset), ...op.f32x4Add];
  const chain = (local) => [...op.localGet(local), ...multiplyAdd, ...op.localSet(local)];
  const countDown = [...op.localGet(counter), ...op.i32Const(1), ...op.i32Sub, ...op.localTee(counter)];
  const lane = (local) => [...op.localGet(local), ...op.f32x4ExtractLane(0)];
  return moduleOf("peak", chains + 2, [
    ...splat(0.5, factor),
    ...splat(1, offset),
    ...vectors.flatMap((local, index) => splat(index, local)),
    ...op.loopWhile([...vectors.flatMap(chain), ...countDown]),
    ...lane(first),
    ...vectors.slice(1).flatMap((local) => [...lane(local), ...op.f32Add]),
  ]);
}

/** Floating-point operations of one round: a multiplication and an addition in four lanes of each chain. */
export const flopsPerRound = (chains) => chains * 4 * 2;

/** The contestants that find the peak: one for each number of chains, and each again with the fused instruction where the engine has it. */
export function peakContestants(fused) {
  return CHAINS.map((chains) => {
    const module = new WebAssembly.Module(peakModule(chains, fused));
    const { peak } = new WebAssembly.Instance(module).exports;
    const run = () => {
      for (let call = 0; call < REPEAT; call++) peak(ROUNDS);
    };
    const flops = REPEAT * ROUNDS * flopsPerRound(chains);
    return { name: `${fused ? "relaxed_madd" : "mul, add"}, ${chains} chains`, fused, flops, sample: timed(run) };
  });
}

/** Whether the engine has `f32x4.relaxed_madd`. */
export const hasFused = () => WebAssembly.validate(peakModule(1, true));

/** GFLOP/s of times in milliseconds. */
export const gflops = (flops, milliseconds) => flops / milliseconds / 1e6;
