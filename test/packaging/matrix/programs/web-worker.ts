import { trainer } from "unrolled/worker";
import type { job } from "./job.js";

// The Workers of Deno and Bun, which are the web's.
const newWorker = (): Worker => new Worker(new URL("./job.js", import.meta.url).href, { type: "module" });
const failure = (what: string): Promise<string> => {
  const jobs = trainer<typeof job>(newWorker());
  return jobs.run({ what }).result.then(
    () => "no failure",
    (error: Error) => error.message,
  );
};

const worker = newWorker();
const run = trainer<typeof job>(worker).run({ what: "train" });
for await (const _ of run);
const result = { ...((await run.result) as object), throws: await failure("throw"), uncaught: await failure("uncaught") };
console.log(`result ${JSON.stringify(result)}`);
(globalThis as unknown as { process: { exit(code: number): void } }).process.exit(0);
