// Which Rust compiles what.
//
// Native tests use the `cargo` of the PATH. WebAssembly needs a rustc that has the standard library for wasm32-unknown-unknown: that may be the
// same one, or Debian's in /usr/bin beside a rustup without the target.

import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { ask } from "./run.mjs";

export const target = "wasm32-unknown-unknown";

/** The versions that belong together: wasm-bindgen's is pinned in Cargo.toml too. */
export const tools = { "wasm-bindgen": "0.2.130", "wasm-pack": "0.15.1" };

/** The two builds of the core; the newer instructions of `relaxed` are not known to every engine. */
export const variants = {
  simd128: { rustflags: "-C target-feature=+simd128", wasm: "core.wasm" },
  relaxed: { rustflags: "-C target-feature=+simd128,+relaxed-simd", wasm: "core-relaxed.wasm" },
};

const cargoBin = join(process.env["CARGO_HOME"] ?? join(homedir(), ".cargo"), "bin");

/** The environment for native Rust: cargo's own folder is looked into even where the PATH lacks it. */
export const nativeEnv = { PATH: [process.env["PATH"], cargoBin].join(delimiter) };

const debianEnv = { PATH: ["/usr/bin", nativeEnv.PATH].join(delimiter) };

/** The folder that the standard library of `target` is or would be in, or `undefined` where there is no rustc. */
export const targetFolder = (env) => ask("rustc", ["--print", "target-libdir", "--target", target], { env });

/** Whether the standard library, and the test crate that `cargo test` needs, are in a folder. */
export function hasTarget(folder) {
  if (!folder || !existsSync(folder)) return false;
  const names = readdirSync(folder);
  return ["libstd-", "libtest-"].every((start) => names.some((name) => name.startsWith(start)));
}

/** The environment in which rustc has the wasm target, the PATH's own rustc before Debian's; `undefined` if none has. */
export async function wasmEnv() {
  for (const env of [nativeEnv, debianEnv]) {
    if (hasTarget(await targetFolder(env))) return env;
  }
  return undefined;
}
