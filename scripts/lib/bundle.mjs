// Making dist/ of the sources: JavaScript by esbuild, declarations by tsc, and the cores.

import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { notices } from "./licences.mjs";
import { must, root } from "./run.mjs";
import { variants } from "./rust.mjs";
import { hash, isFresh, stamp } from "./stamp.mjs";
import { step } from "./steps.mjs";
import { shippedCore } from "./wasm.mjs";

/** What `exports` in package.json names. */
const entries = {
  "index.node": "ts/wasm/entry-node.ts",
  "index.web": "ts/wasm/entry-web.ts",
  "index.inline": "ts/wasm/entry-inline.ts",
  node: "ts/node.ts",
  // Not its index: see there.
  insight: "ts/insight/bundle.ts",
  // What `bin` names.
  cli: "ts/cli/main.ts",
};

const outputs = [...Object.keys(entries).map((name) => `dist/${name}.js`), "dist/types/index.d.ts", "dist/core.wasm", "dist/LICENSES.txt"];
const inputs = [
  "ts",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "scripts/lib/bundle.mjs",
  "scripts/lib/licences.mjs",
  "package-lock.json",
  "scripts/lib/sections.mjs",
];

/** The module of bytes stays a file of its own, which a web page that can fetch the core never loads. */
const inlineApart = {
  name: "inline-apart",
  setup({ onResolve }) {
    onResolve({ filter: /\/bytes-inline\.js$/ }, () => ({ path: "./bytes-inline.js", external: true }));
  },
};

/** Every entry is a file in dist/ itself, next to the cores that it looks for; what they share becomes one chunk, so that there is one core. */
async function bundle() {
  const { build } = await import("esbuild");
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: "dist",
    bundle: true,
    splitting: true,
    chunkNames: "shared-[hash]",
    format: "esm",
    platform: "neutral",
    // Packages that are bundled: as modules, where they have those.
    mainFields: ["module", "main"],
    // Observable Plot moves lines by half a pixel for the screen it finds itself on: pictures shall be the same everywhere.
    define: { "window.devicePixelRatio": "2" },
    metafile: true,
    target: "es2022",
    // papaparse asks for `stream` where it is given one, which the command line does not.
    external: ["node:*", "unrolled", "stream"],
    minify: true,
    // With the sources in them: so they work alone.
    sourcemap: "linked",
    sourcesContent: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [inlineApart],
  });
  writeFileSync(join(root, "dist/LICENSES.txt"), notices(metafile));
}

/** tsc copies no declarations that were there before, such as wasm-pack's. */
async function declare() {
  await must(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"]);
  const generated = "wasm/pkg/simd128";
  mkdirSync(join(root, "dist/types", generated), { recursive: true });
  copyFileSync(join(root, "ts", generated, "core.d.ts"), join(root, "dist/types", generated, "core.d.ts"));
}

function copyCores() {
  for (const { wasm } of Object.values(variants)) writeFileSync(join(root, "dist", wasm), shippedCore(wasm));
  const typed = readFileSync(join(root, "ts/wasm/bytes-inline.ts"), "utf8");
  writeFileSync(join(root, "dist/bytes-inline.js"), typed.replaceAll(": string =", " ="));
}

/** Makes dist/ anew if something it is made of has changed. */
export async function buildDist() {
  const now = hash(inputs);
  if (isFresh("dist", now, outputs)) return;
  await step("dist/ with esbuild and tsc", async () => {
    rmSync(join(root, "dist"), { recursive: true, force: true });
    await bundle();
    copyCores();
    await declare();
  });
  stamp("dist", now);
}
