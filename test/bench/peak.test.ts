import { expect, test } from "vitest";
import { ALMOST_ONE, FORMS, type Form, gflops, hasFused, peakModule } from "../../bench/peak/peak.mjs";
import { supports } from "../../ts/wasm/probe.js";

/** The same in numbers: vector v begins at v, and the first lanes are summed. */
function expected(form: Form, count: number, rounds: number): number {
  const vectors = Array.from({ length: FORMS[form](count).vectors }, (_, vector) => vector);
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < vectors.length; at++) {
      if (form !== "apart") vectors[at] = Math.fround(Math.fround(vectors[at]! * ALMOST_ONE) + 1);
      else if (at % 2 === 0) vectors[at] = Math.fround(vectors[at]! * ALMOST_ONE);
      else vectors[at] = Math.fround(vectors[at]! + vectors[at - 1]!);
    }
  }
  return vectors.reduce((sum, value) => Math.fround(sum + value), 0);
}

const forms = (["chained", "apart", "fused"] as const).filter((form) => form !== "fused" || hasFused());

test.each(forms)("the loop computes what it says: %s", (form) => {
  for (const count of [1, 5, 12]) {
    const { peak } = new WebAssembly.Instance(new WebAssembly.Module(peakModule(form, count))).exports as { peak(rounds: number): number };
    // A fused instruction rounds once: not to the bit.
    for (const rounds of [1, 2, 5]) expect(peak(rounds) / expected(form, count, rounds)).toBeCloseTo(1, 6);
  }
});

test.each(["chained", "apart"] as const)("the operations that are counted are those in the code: %s", (form) => {
  const code = Buffer.from(peakModule(form, 6)).toString("hex");
  const [add, multiply] = ["fde401", "fde601"]; // f32x4.add and f32x4.mul
  expect(code.split(add).length - 1 + code.split(multiply).length - 1).toBe(FORMS[form](6).flops);
});

test("the fused instruction is found where relaxed SIMD is", () => {
  expect(hasFused()).toBe(supports("relaxed"));
});

test("GFLOP/s come of operations and milliseconds", () => {
  expect(gflops(6e6, 2)).toBe(3);
});
