// What four lanes of float32 could do at best in this engine: multiply and add in registers, no memory at all.

import { timed } from "../measure/turns.mjs";
import { moduleOf, op } from "./assembler.mjs";

/** Rounds per call: some ten microseconds. The function is entered again and again, so that engines come to compile it at their best. */
const ROUNDS = 5000;

/** Calls per time taken. */
const REPEAT = 16;

// Locals: the counter, two constants, then the vectors of the form.
const [COUNTER, FACTOR, OFFSET, FIRST] = [0, 1, 2, 3];

/** Nobody can leave out a product with it, and 5000 of them change a number by a thousandth: no denormals. */
export const ALMOST_ONE = Math.fround(1 - 2 ** -24);

/** Chains of which each multiplies and adds once in a round. */
const chained = (chains, multiplyAdd) => ({
  vectors: chains,
  flops: 2 * chains,
  round: (local) =>
    Array.from({ length: chains }, (_, chain) => [...op.localGet(local(chain)), ...multiplyAdd, ...op.localSet(local(chain))]).flat(),
});

/**
 * The forms of a round. Fewer chains leave the units waiting for results; more vectors do not fit into the fifteen registers of V8.
 * `vectors`: how many there are; `flops`: operations on vectors in a round.
 */
export const FORMS = {
  /** `x ← x·factor + offset`, fused: one instruction. */
  fused: (chains) => chained(chains, [...op.localGet(FACTOR), ...op.localGet(OFFSET), ...op.f32x4RelaxedMadd]),
  /** The same in two instructions, of which the second waits for the first. */
  chained: (chains) => chained(chains, [...op.localGet(FACTOR), ...op.f32x4Mul, ...op.localGet(OFFSET), ...op.f32x4Add]),
  /** `x ← x·factor`, `sum ← sum + x`: the multiplications do not wait for the additions, as in a product of matrices. */
  apart: (pairs) => ({
    vectors: 2 * pairs,
    flops: 2 * pairs,
    round: (local) =>
      Array.from({ length: pairs }, (_, pair) => {
        const [x, sum] = [local(2 * pair), local(2 * pair + 1)];
        const multiply = [...op.localGet(x), ...op.localGet(FACTOR), ...op.f32x4Mul, ...op.localTee(x)];
        return [...multiply, ...op.localGet(sum), ...op.f32x4Add, ...op.localSet(sum)];
      }).flat(),
  }),
};

const VARIANTS = [
  ...[10, 12, 13].map((count) => ({ form: "chained", count, name: `mul then add, ${count} chains` })),
  ...[6, 7].map((count) => ({ form: "apart", count, name: `mul beside add, ${count} chains` })),
  ...[8, 10, 12].map((count) => ({ form: "fused", count, name: `relaxed_madd, ${count} chains` })),
];

/** A module with `peak(rounds)`: vector v begins as v; the result is the sum of all vectors' first lanes. */
export function peakModule(form, count) {
  const { vectors, round } = FORMS[form](count);
  const local = (vector) => FIRST + vector;
  const all = Array.from({ length: vectors }, (_, vector) => vector);
  const splat = (value, to) => [...op.f32Const(value), ...op.f32x4Splat, ...op.localSet(to)];
  const countDown = [...op.localGet(COUNTER), ...op.i32Const(1), ...op.i32Sub, ...op.localTee(COUNTER)];
  const lane = (vector) => [...op.localGet(local(vector)), ...op.f32x4ExtractLane(0)];
  return moduleOf("peak", vectors + 2, [
    ...splat(ALMOST_ONE, FACTOR),
    ...splat(1, OFFSET),
    ...all.flatMap((vector) => splat(vector, local(vector))),
    ...op.loopWhile([...round(local), ...countDown]),
    ...lane(0),
    ...all.slice(1).flatMap((vector) => [...lane(vector), ...op.f32Add]),
  ]);
}

/** Whether the engine has `f32x4.relaxed_madd`. */
export const hasFused = () => WebAssembly.validate(peakModule("fused", 1));

/** The contestants for the peak: every form that the engine has. */
export function peakContestants() {
  return VARIANTS.filter(({ form }) => form !== "fused" || hasFused()).map(({ form, count, name }) => {
    const { peak } = new WebAssembly.Instance(new WebAssembly.Module(peakModule(form, count))).exports;
    const run = () => {
      for (let call = 0; call < REPEAT; call++) peak(ROUNDS);
    };
    const flops = REPEAT * ROUNDS * 4 * FORMS[form](count).flops;
    return { name, fused: form === "fused", flops, sample: timed(run) };
  });
}

/** GFLOP/s of times in milliseconds. */
export const gflops = (flops, milliseconds) => flops / milliseconds / 1e6;
