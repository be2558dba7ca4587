// Building the core: one .wasm for each variant, and the module that holds both as text.

import { copyFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask, must, root } from "./run.mjs";
import { variantEnv, variants } from "./rust.mjs";
import { withoutCustomSections } from "./sections.mjs";
import { hash, isFresh, stamp } from "./stamp.mjs";
import { step } from "./steps.mjs";

const sources = ["Cargo.toml", "Cargo.lock", "crates"];
const inlineModule = "ts/wasm/bytes-inline.ts";

/** Writes a file as a whole or not at all: tests may be reading the old one. */
function replaceFile(path, write) {
  write(`${path}.new`);
  renameSync(`${path}.new`, path);
}

async function buildVariant(name) {
  const { wasm } = variants[name];
  const out = `ts/wasm/pkg/${name}`;
  const env = await variantEnv(name);
  const inputs = hash(sources, env.RUSTFLAGS, await ask("rustc", ["-vV"], { env }));
  if (isFresh(`wasm-${name}`, inputs, [`${out}/core.d.ts`, `ts/wasm/${wasm}`])) return;
  await step(`the ${name} core with wasm-pack`, async () => {
    const options = ["--target", "web", "--mode", "no-install", "--release", "--out-dir", join(root, out), "--out-name", "core"];
    await must("wasm-pack", ["build", "crates/wasm", ...options], { env });
    replaceFile(join(root, "ts/wasm", wasm), (path) => copyFileSync(join(root, out, "core_bg.wasm"), path));
  });
  stamp(`wasm-${name}`, inputs);
}

/** A core as the package has it. The one in `ts/wasm` keeps the names of its functions, which the tests and `npm run bench -- --mode profile` read. */
export function shippedCore(wasm) {
  return withoutCustomSections(readFileSync(join(root, "ts/wasm", wasm)));
}

/** `ts/wasm/bytes-inline.ts`: both cores in base64, for where no file can be read or fetched. */
function writeInlineModule() {
  const paths = Object.values(variants).map(({ wasm }) => `ts/wasm/${wasm}`);
  const inputs = hash([...paths, "scripts/lib/sections.mjs"]);
  if (isFresh("bytes-inline", inputs, [inlineModule])) return;
  const constants = Object.entries(variants).map(([name, { wasm }]) => {
    const base64 = shippedCore(wasm).toString("base64");
    return `/** The ${name} core, in base64. */\nexport const ${name}: string = "${base64}";\n`;
  });
  const text = `// Written by \`npm run build\`.\n\n${constants.join("\n")}`;
  replaceFile(join(root, inlineModule), (path) => writeFileSync(path, text));
  stamp("bytes-inline", inputs);
}

/** Builds what has changed: the cores into `ts/wasm/`, wasm-pack's packages into `ts/wasm/pkg/`. */
export async function buildWasm() {
  for (const name of Object.keys(variants)) await buildVariant(name);
  writeInlineModule();
}
