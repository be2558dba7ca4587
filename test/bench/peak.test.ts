import { expect, test } from "vitest";
import { flopsPerRound, gflops, hasFused, peakModule } from "../../bench/peak/peak.mjs";
import { supports } from "../../ts/wasm/probe.js";

/** The same in numbers: chains begin at 0, 1, 2 …, and their first lanes are summed. */
function expected(chains: number, rounds: number): number {
  const values = Array.from({ length: chains }, (_, chain) => {
    let x = chain;
    for (let round = 0; round < rounds; round++) x = x * 0.5 + 1;
    return x;
  });
  return values.reduce((sum, value) => sum + value, 0);
}

test.each([false, true].filter((fused) => !fused || hasFused()))("the loop does every operation that is counted, fused: %s", (fused) => {
  for (const chains of [1, 8, 12]) {
    const { peak } = new WebAssembly.Instance(new WebAssembly.Module(peakModule(chains, fused))).exports as {
      peak(rounds: number): number;
    };
    for (const rounds of [1, 2, 5]) expect(peak(rounds)).toBe(expected(chains, rounds));
  }
});

test("the operations that are counted are those in the code, four lanes each", () => {
  const code = Buffer.from(peakModule(10, false)).toString("hex");
  const [add, multiply] = ["fde401", "fde601"]; // f32x4.add and f32x4.mul
  expect(4 * (code.split(add).length - 1 + code.split(multiply).length - 1)).toBe(flopsPerRound(10));
});

test("the fused instruction is found where relaxed SIMD is", () => {
  expect(hasFused()).toBe(supports("relaxed"));
});

test("GFLOP/s come of operations and milliseconds", () => {
  expect(gflops(6e6, 2)).toBe(3);
});
