// The kernels of matrix products, as V8 compiles them: no sum leaves its register inside of the loop. Kernels that spill
// reach two thirds of the speed (docs/design.md), and give the same numbers. The same was found in Node 20, 22, 24 and 26.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { knowsRelaxed, relaxedNode } from "../../scripts/lib/node.mjs";
import { disassemble, innermostLoop } from "./disassembly.js";

/** How many sums each kernel has: tiles of rows times vectors, the one with both sides packed, and several panels of one row. */
const NARROW = [1 * 2, 2 * 2, 3 * 2, 4 * 2, 4 * 2, 2 * 2, 3 * 2];
/** With fused instructions there are panels of 12, too. */
const FUSED = [...NARROW, 4 * 2, 1 * 3, 2 * 3, 3 * 3, 2 * 3, 3 * 3];

/** What the loop of a kernel holds. */
interface Kernel {
  readonly name: string;
  readonly loop: readonly string[];
  /** Registers that are added to. */
  readonly sums: number;
  /** Terms that are added in a turn of the loop, which V8 may have unrolled. */
  readonly terms: number;
}

function kernelsOf(node: string, core: string): Kernel[] {
  const functions = disassemble(node, fileURLToPath(new URL(`../../ts/wasm/${core}`, import.meta.url)));
  const kernels = functions.filter(({ name }) => /\bgemm::(tile::tile|row::kernel)\b(?!_)/.test(name));
  return kernels.map((each) => {
    const loop = innermostLoop(each) ?? [];
    const added = loop.filter((text) => /^v?(addps|fmadd\d+ps) /.test(text));
    const sums = new Set(added.map((text) => /xmm\d+/.exec(text)?.[0])).size;
    return { name: each.name, loop, sums, terms: added.length };
  });
}

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

/** Why there is nothing to test; undefined if there is. */
function obstacle(kernels: readonly Kernel[], relaxed: boolean): string | undefined {
  if (kernels.length === 0) return "this Node has no disassembler";
  const has = (name: string): boolean => kernels.some(({ loop }) => loop.some((text) => text.startsWith(name)));
  if (!has("vbroadcastss")) return "this processor has no AVX";
  return relaxed && !has("vfmadd") ? "this processor has no fused multiply-add" : undefined;
}

const THIS = { engine: "this Node", node: process.execPath };
const NEWER = { engine: "the newer Node", node: relaxedNode };

describe.each([
  { core: "core.wasm", ...THIS },
  ...(knowsRelaxed ? [] : [{ core: "core.wasm", ...NEWER }]),
  { core: "core-relaxed.wasm", ...NEWER },
])("$core in $engine", ({ core, node }) => {
  const relaxed = core === "core-relaxed.wasm";

  test("the loops of the products keep their sums in registers", ({ skip }) => {
    if (process.arch !== "x64") skip(`only the code for x64 is known, this is ${process.arch}`);
    if (!existsSync(node)) skip("there is no newer Node: `npm run setup` installs one");
    const kernels = kernelsOf(node, core);
    const reason = obstacle(kernels, relaxed);
    if (reason !== undefined) skip(reason);
    expect(sorted(kernels.map(({ sums }) => sums))).toEqual(sorted(relaxed ? FUSED : NARROW));
    for (const { name, loop, sums, terms } of kernels) {
      // V8 11 (Node 20) fetches one of the four pointers of a row from the stack again and again: of rows, only vectors count.
      const spill = name.includes("row::kernel") ? /\[r[bs]p.*xmm|xmm.*\[r[bs]p/ : /\[r[bs]p/;
      expect(
        loop.filter((text) => spill.test(text)),
        name,
      ).toEqual([]);
      expect(terms % sums, name).toBe(0);
      if (relaxed) expect(loop.filter((text) => text.startsWith("vfmadd")).length, name).toBe(terms);
    }
  });
});
