import { inRepository, run } from "../programs.js";
import { deno } from "../support/engines.js";
import { entry, expectTold, expectTrained, resultOf } from "../support/matrix.js";
import { javascript, project, trainInTypeScript } from "../support/project.js";

const env = { DENO_DIR: inRepository(".cache/deno") };

entry("Deno, without any permission, gives the same 50 losses", deno.missing, () => {
  const { "main.ts": main, "train.ts": train } = trainInTypeScript();
  // Deno takes imports as they are written.
  const folder = project({ "main.ts": main?.replace("./train.js", "./train.ts") ?? "", "train.ts": train ?? "" });
  const output = run(deno.path, ["run", "--no-prompt", "--no-remote", "main.ts"], folder, env);
  expectTrained(resultOf(output), /^inline$/);
});

entry("Deno, in a Worker: trains, and is told of failures", deno.missing, () => {
  const folder = project({ "train.js": javascript("train"), "job.js": javascript("job"), "main.js": javascript("web-worker") });
  const result = resultOf(run(deno.path, ["run", "--no-prompt", "--no-remote", "--allow-read=.", "main.js"], folder, env));
  expectTrained(result, /^inline$/);
  expectTold(result);
});
