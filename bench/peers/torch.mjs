// PyTorch, where the environment names a Python that has it: a process that takes its own times, when it is its turn.

import { fileURLToPath } from "node:url";
import { converse } from "../measure/converse.mjs";

/** @param {number} threads 0: PyTorch's default */
function peer(key, name, threads) {
  let python;
  return {
    key,
    name,
    async load() {
      const program = process.env["UNROLLED_PYTHON"];
      if (!program) throw new Error("UNROLLED_PYTHON must name a Python that has torch, got nothing");
      python = converse(program, [fileURLToPath(new URL("torch_child.py", import.meta.url)), String(threads)]);
      const { version, threads: count, capability } = await python.answer();
      return `PyTorch ${version}, ${count} thread${count > 1 ? "s" : ""}, ${capability}`;
    },
    async contestants({ cell, mode, sizes }) {
      await python.ask({ prepare: { cell, mode, ...sizes } });
      return [{ name, sample: (milliseconds) => python.ask({ sample: milliseconds }) }];
    },
    unload: () => python?.end(),
  };
}

export const oneThread = peer("torch1", "PyTorch, 1 thread", 1);
export const byDefault = peer("torch", "PyTorch, default", 0);
