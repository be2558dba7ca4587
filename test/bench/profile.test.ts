import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { attribute, type Frame, type Profile, phaseOf } from "../../bench/profile/attribute.mjs";
import { PHASES, PRODUCT, TABLE } from "../../bench/profile/phases.mjs";
import { supports } from "../../ts/wasm/probe.js";

const WASM = "wasm://wasm/1234";
const RUN = "<impl unrolled_recurrent::run::Run>";

/** A profile of stacks, each outermost first with its URL, and the microseconds that each lasts. */
function profileOf(...samples: { stack: [name: string, url: string][]; time: number }[]): Profile {
  const nodes: { id: number; callFrame: { functionName: string; url: string }; children: number[] }[] = [];
  const add = (functionName: string, url: string) =>
    nodes[nodes.push({ id: nodes.length + 1, callFrame: { functionName, url }, children: [] }) - 1]!;
  const root = add("(root)", "");
  const leaves = samples.map(({ stack }) =>
    stack.reduce((above, [name, url]) => {
      const node = add(name, url);
      above.children.push(node.id);
      return node;
    }, root),
  );
  return { nodes, samples: [...leaves.map(({ id }) => id), root.id], timeDeltas: [100, ...samples.map(({ time }) => time)] };
}

test("the innermost function that the table knows says the phase, and lasts until the next sample", () => {
  const step: [string, string] = [`unrolled_recurrent::run::forward::${RUN}::step::h0123456789abcdef`, WASM];
  const back: [string, string] = [`unrolled_recurrent::run::backward::${RUN}::step_backward::h0123456789abcdef`, WASM];
  const tile: [string, string] = ["unrolled_kernels::gemm::tile::tile::hfedcba9876543210", WASM];
  const forward: [string, string][] = [["runPass", "file:///a.js"], ["network_forward", WASM], step];
  const profile = profileOf(
    { stack: [...forward, tile], time: 1000 },
    { stack: [...forward, [`unrolled_recurrent::run::forward::${RUN}::cell::h0123456789abcdef`, WASM], ["lstm_step", WASM]], time: 200 },
    { stack: forward, time: 30 },
    { stack: [["network_backward", WASM], back, tile], time: 4000 },
    { stack: [["network_backward", WASM], back], time: 500 },
    {
      stack: [
        ["runPass", "file:///a.js"],
        ["placeRows2", "file:///a.js"],
      ],
      time: 6,
    },
    { stack: [["(garbage collector)", ""]], time: 70 },
    { stack: [["(program)", ""]], time: 8 },
    { stack: [["post", "node:inspector"]], time: 9000 },
  );
  const times = Object.entries(attribute(profile)).filter(([, milliseconds]) => milliseconds > 0);
  expect(times).toEqual([
    ["recurrent product", 1],
    ["cell", 0.2],
    ["backward: recurrent product", 4],
    ["backward: cell", 0.5],
    ["copy", 0.03 + 0.006],
    ["garbage collection", 0.07],
    ["rest", 0.008],
  ]);
});

describe("a function of one place is not taken for its namesake of another", () => {
  test.each<{ stack: Frame[]; phase: string }>([
    { stack: [{ where: "script", name: "step" }], phase: "optimizer" },
    { stack: [{ where: "core", name: "step" }], phase: "rest" },
    { stack: [{ where: "script", name: "pack" }], phase: "pack" },
    {
      stack: [
        { where: "core", name: "a::gemm::pack::pack_left" },
        { where: "core", name: "a::accumulate" },
      ],
      phase: "weight gradients",
    },
    {
      stack: [
        { where: "core", name: "a::gemm::pack::pack_columns" },
        { where: "core", name: "network_pack" },
      ],
      phase: "pack",
    },
  ])("$phase", ({ stack, phase }) => {
    expect(phaseOf(stack)).toBe(phase);
  });
});

/** The names of the functions in a core: subsection 1 of the section "name" of WebAssembly. */
function functionNames(file: string): string[] {
  const [section] = WebAssembly.Module.customSections(
    new WebAssembly.Module(readFileSync(new URL(`../../ts/wasm/${file}`, import.meta.url))),
    "name",
  );
  const bytes = Buffer.from(section!);
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (bytes[at++] !== 1) {
    const length = number();
    at += length;
  }
  number();
  return Array.from({ length: number() }, () => {
    number();
    const length = number();
    at += length;
    return bytes.toString("utf8", at - length, at).replace(/::h[0-9a-f]{16}$/, "");
  });
}

describe.each(supports("relaxed") ? ["core.wasm", "core-relaxed.wasm"] : ["core.wasm"])("%s", (file) => {
  const names = functionNames(file);

  test.each(TABLE.filter(({ where }) => where === "core"))("has the function of the phase: $name", ({ name }) => {
    expect(names.filter((each) => name.test(each))).not.toEqual([]);
  });

  test("has products that are no part of another function", () => {
    expect(names.filter((name) => PRODUCT.test(name)).length).toBeGreaterThan(5);
  });
});

test("the table names phases that there are, and all but the rest", () => {
  const named = new Set(TABLE.flatMap(({ phase, product }) => [phase, product]).filter((phase) => phase !== undefined));
  expect([...named, "rest"].sort()).toEqual([...PHASES].sort());
});
