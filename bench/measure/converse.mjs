// Contestants in processes of their own, which take their times themselves when it is their turn.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A process that answers each line with a line, both in JSON. */
export function converse(program, args) {
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
