import { type Run, trainer } from "unrolled/worker";
import type { job } from "./job.js";

const newWorker = (): Worker => new Worker(new URL("./job.js", import.meta.url), { type: "module" });
const failure = (run: Run<string, unknown>): Promise<string> =>
  run.result.then(
    () => "no failure",
    (error: Error) => `${error.name}: ${error.message}`,
  );

/** What goes wrong in a Worker, and what is told of it. */
async function failures(): Promise<Record<string, string>> {
  const told: Record<string, string> = {};
  const jobs = trainer<typeof job>(newWorker());
  told["throws"] = await failure(jobs.run({ what: "throw" }));
  const broken = trainer<typeof job>(newWorker());
  told["uncaught"] = await failure(broken.run({ what: "uncaught" }));
  told["after an uncaught one"] = await failure(broken.run({ what: "train" }));
  told["aborted"] = await failure(jobs.run({ what: "compute" }, { signal: AbortSignal.timeout(200) }));
  told["closes"] = await failure(jobs.run({ what: "close" }));
  told["after that"] = await failure(jobs.run({ what: "train" }));
  const worker = newWorker();
  const run = trainer<typeof job>(worker).run({ what: "compute" });
  for await (const _ of run) break;
  const next = trainer<typeof job>(worker).run({ what: "compute" });
  setTimeout(() => worker.terminate(), 300);
  told["terminated"] = await failure(next);
  told["not there"] = await failure(trainer<typeof job>(new Worker("./nowhere.js", { type: "module" })).run({ what: "train" }));
  told["does not parse"] = await failure(trainer<typeof job>(new Worker("./broken.js", { type: "module" })).run({ what: "train" }));
  told["throws at once"] = await failure(trainer<typeof job>(new Worker("./throws.js", { type: "module" })).run({ what: "train" }));
  return told;
}

async function main(): Promise<unknown> {
  const jobs = trainer<typeof job>(newWorker());
  const run = jobs.run({ what: "train" });
  const progress: string[] = [];
  for await (const value of run) progress.push(value);
  const moved = await jobs.run({ what: "move" }).result;
  const trained = await run.result;
  await jobs.terminate();
  return { progress, trained, moved, failures: new URLSearchParams(location.search).has("failures") ? await failures() : {} };
}

main().then(
  (result) => console.log(`result ${JSON.stringify(result)}`),
  (error: Error) => console.log(`failed ${error.stack}`),
);
