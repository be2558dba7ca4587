// `npm run example -- NAME [options]`, after ensure.mjs: runs examples/NAME/main.ts; without a name it lists what there is.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runExample } from "./lib/example.mjs";
import { root } from "./lib/run.mjs";

const folder = join(root, "examples");

/** The folders that have a program, in the order of the alphabet. */
const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "main.ts")));

/** The title of the example's README.md says in one line what it shows. */
function title(name) {
  const [line] = readFileSync(join(folder, name, "README.md"), "utf8").split("\n");
  return line.replace(/^#\s*/, "");
}

function list() {
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `  ${name.padEnd(width)}  ${title(name)}`).join("\n");
}

const [name] = process.argv.slice(2);
if (name === undefined || name === "--help") {
  console.log(
    `npm run example -- NAME [--short] [--seed N] [--json]\n\n${list()}\n\nnpm run example -- NAME --help says what else there is.`,
  );
} else if (names.includes(name)) {
  // The program sees its own options only.
  process.argv.splice(2, 1);
  await runExample(name);
} else {
  console.error(`There is no example ${JSON.stringify(name)}. There are\n\n${list()}`);
  process.exitCode = 2;
}
