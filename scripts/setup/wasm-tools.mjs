// wasm-bindgen and wasm-pack, compiled by cargo.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ask, must, root } from "../lib/run.mjs";
import { nativeEnv, ownTools } from "../lib/rust.mjs";
import { StepError, step } from "../lib/steps.mjs";

/** wasm-bindgen's tool must be of the very version of its crate. */
const bindgenVersion = /^wasm-bindgen = \{ version = "=([\d.]+)"/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1];

const wanted = [
  { program: "wasm-bindgen", crate: "wasm-bindgen-cli", version: bindgenVersion },
  { program: "wasm-pack", crate: "wasm-pack", version: "0.15.1" },
];

/** Installs a tool in cargo's folder, or in this repository's if the user has another version of it. */
async function install({ program, crate, version }) {
  const found = await ask(program, ["--version"], { env: nativeEnv });
  if (found === `${program} ${version}`) return;
  const where = found === undefined ? [] : ["--root", ownTools];
  if (!(await ask("cargo", ["--version"], { env: nativeEnv }))) {
    throw new StepError(
      `cargo must be installed to compile ${crate}, and is not`,
      "Install Rust from https://rustup.rs and run this again.",
    );
  }
  // One target folder, so that what both need is compiled once; no debug information is asked for, and little optimisation: they run for a second.
  const env = {
    ...nativeEnv,
    CARGO_TARGET_DIR: join(root, "target", "tools"),
    CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
    CARGO_PROFILE_RELEASE_LTO: "off",
  };
  await step(`${crate} ${version}, compiled by cargo, which takes a minute or two`, () =>
    must("cargo", ["install", crate, "--version", version, ...where], { env }),
  );
}

export async function wasmTools() {
  for (const tool of wanted) await install(tool);
}
