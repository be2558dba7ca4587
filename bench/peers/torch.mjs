// PyTorch, where the environment names a Python that has it: a process that takes its own times, when it is its turn.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A process that answers each line with a line. */
function converse(program, args) {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const failed = new Promise((_, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${program} must answer, got its end with code ${code}`)));
  });
  failed.catch(() => {}); // reported to whoever waits for an answer
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => JSON.parse((await Promise.race([lines.next(), failed])).value);
  const ask = (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return answer();
  };
  return { answer, ask, end: () => child.stdin.end() };
}

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
