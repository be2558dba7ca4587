// Which Rust compiles what.
//
// Native tests use the `cargo` of the PATH. WebAssembly needs a rustc that has the standard library for wasm32-unknown-unknown: that may be the
// same one, or Debian's in /usr/bin beside a rustup that lacks it.

import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { ask, root } from "./run.mjs";
import { StepError } from "./steps.mjs";

export const target = "wasm32-unknown-unknown";

/** LLVM's loop strength reduction gives each load of an inner loop an addition of its own, where the load could hold the offset itself. */
const plainLoops = "-C llvm-args=-disable-lsr";

/** The two builds of the core: not every engine knows the instructions of `relaxed`. */
export const variants = {
  simd128: { rustflags: `-C target-feature=+simd128 ${plainLoops}`, wasm: "core.wasm" },
  relaxed: { rustflags: `-C target-feature=+simd128,+relaxed-simd ${plainLoops}`, wasm: "core-relaxed.wasm" },
};

/** Where tools are installed of which the user has another version. */
export const ownTools = join(root, ".cache", "cargo");

const cargoHome = process.env["CARGO_HOME"] ?? join(homedir(), ".cargo");

/** The environment for native Rust: cargo's own folder is looked into even if the PATH lacks it. */
export const nativeEnv = { PATH: [join(ownTools, "bin"), process.env["PATH"], join(cargoHome, "bin")].join(delimiter) };

/** The same with Debian's rustc first. */
export const debianEnv = { PATH: ["/usr/bin", nativeEnv.PATH].join(delimiter) };

/** The folder in which the standard library of `target` is or would be; `undefined` without a rustc. */
export const targetFolder = (env) => ask("rustc", ["--print", "target-libdir", "--target", target], { env });

/** Whether a folder has the standard library and the crate `test`, which `cargo test` needs. */
export function hasStandardLibrary(folder) {
  if (!folder || !existsSync(folder)) return false;
  const names = readdirSync(folder);
  return ["libstd-", "libtest-"].every((start) => names.some((name) => name.startsWith(start)));
}

/** The environment whose rustc has the wasm target, the PATH's rustc before Debian's; `undefined` if neither has. */
export async function findWasmEnv() {
  for (const env of [nativeEnv, debianEnv]) {
    if (hasStandardLibrary(await targetFolder(env))) return env;
  }
  return undefined;
}

/** The environment in which cargo builds or tests a variant of the core, each in a target folder of its own. */
export async function variantEnv(name) {
  const env = await findWasmEnv();
  if (!env) throw new StepError("Rust must have the wasm32 target, and it has not", "Run `npm run setup`.");
  return { ...env, RUSTFLAGS: variants[name].rustflags, CARGO_TARGET_DIR: join(root, "target", `wasm-${name}`) };
}
