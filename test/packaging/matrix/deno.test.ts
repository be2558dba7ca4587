import { inRepository, run } from "../programs.js";
import { deno } from "../support/engines.js";
import { entry, expectTrained, resultOf } from "../support/matrix.js";
import { project, trainInTypeScript } from "../support/project.js";

entry("Deno, without any permission, gives the same 50 losses", deno.missing, () => {
  const { "main.ts": main, "train.ts": train } = trainInTypeScript();
  // Deno takes imports as they are written.
  const folder = project({ "main.ts": main?.replace("./train.js", "./train.ts") ?? "", "train.ts": train ?? "" });
  const output = run(deno.path, ["run", "--no-prompt", "--no-remote", "main.ts"], folder, { DENO_DIR: inRepository(".cache/deno") });
  expectTrained(resultOf(output), /^inline$/);
});
