// Rust's standard library for WebAssembly: from rustup; as root on Debian, where nothing but packages may be within reach, from Debian.

import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canUseApt } from "../lib/debian.mjs";
import { withFolder } from "../lib/folder.mjs";
import { ask, must, run } from "../lib/run.mjs";
import { findWasmEnv, nativeEnv, target, targetFolder } from "../lib/rust.mjs";
import { hash, isFresh, stamp } from "../lib/stamp.mjs";
import { StepError, step } from "../lib/steps.mjs";
import { debianRust, standardLibrary } from "./debian-rust.mjs";

const source = `
#[no_mangle] pub extern fn probe() -> usize { std::env::args().count() }
#[test] fn probe_test() {}
`;

/** Whether the core can be linked and tests can be compiled: the library may be of another compiler, or have no bitcode. */
function compiles(env) {
  return withFolder(async (folder) => {
    const file = join(folder, "probe.rs");
    writeFileSync(file, source);
    const compile = (...kind) =>
      run("rustc", ["--edition=2021", `--target=${target}`, ...kind, "-o", join(folder, "probe.wasm"), file], { env });
    const core = await compile("--crate-type=cdylib", "-Clto", "-Cpanic=abort", "-O");
    return core.code === 0 && (await compile("--test")).code === 0;
  });
}

/** Whether some rustc has a target that works; remembered for as long as neither is replaced. */
async function isInstalled() {
  const env = await findWasmEnv();
  if (!env) return false;
  const now = hash([], await ask("rustc", ["-vV"], { env }), String(statSync(await targetFolder(env)).mtimeMs));
  if (isFresh("wasm-target", now, [])) return true;
  const result = await compiles(env);
  if (result) stamp("wasm-target", now);
  return result;
}

async function install() {
  if (canUseApt) {
    await debianRust();
    await standardLibrary();
  } else if (await ask("rustup", ["--version"], { env: nativeEnv })) {
    await step(`Rust's standard library for ${target}, from rustup`, () => must("rustup", ["target", "add", target], { env: nativeEnv }));
  } else {
    throw new StepError(
      `Rust with the target ${target} must be installed, and is not`,
      "Install Rust from https://rustup.rs and run this again.",
    );
  }
}

/** Sees to it that some rustc has the target. */
export async function wasmTarget() {
  if (await isInstalled()) return;
  await install();
  if (await isInstalled()) return;
  throw new StepError(
    `rustc must compile for ${target} after its library was installed, and does not`,
    "`rustc -vV` says which rustc is used.",
  );
}
