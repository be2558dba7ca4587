// Rust's standard library for WebAssembly.
//
// As root on Debian it is built from Debian's sources with Debian's compiler, which needs nothing but Debian's and crates.io's packages;
// elsewhere rustup downloads it.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apt, canUseApt } from "../lib/debian.mjs";
import { ask, must, run } from "../lib/run.mjs";
import { debianEnv, findWasmEnv, nativeEnv, target, targetFolder } from "../lib/rust.mjs";
import { hash, isFresh, stamp } from "../lib/stamp.mjs";
import { StepError, step } from "../lib/steps.mjs";

/** Calls `action` with a new folder that is gone afterwards. */
async function withFolder(action) {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-"));
  try {
    return await action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether a linked program and a test can be compiled: the library may be of another compiler or without bitcode. Remembered. */
async function works(env) {
  const inputs = hash([], await ask("rustc", ["-vV"], { env }), String(statSync(await targetFolder(env)).mtimeMs));
  if (isFresh("wasm-target", inputs, [])) return true;
  return withFolder(async (folder) => {
    const source = join(folder, "probe.rs");
    writeFileSync(source, "#[no_mangle] pub extern fn probe() -> usize { std::env::args().count() }\n#[test] fn one() {}\n");
    for (const kind of [["--crate-type=cdylib", "-Clto", "-Cpanic=abort", "-O"], ["--test"]]) {
      const { code } = await run("rustc", ["--edition=2021", `--target=${target}`, ...kind, "-o", join(folder, "probe.wasm"), source], {
        env,
      });
      if (code !== 0) return false;
    }
    stamp("wasm-target", inputs);
    return true;
  });
}

const manifest = `[package]
name = "standard-library"
edition = "2021"
[lib]
crate-type = ["cdylib"]
path = "lib.rs"
# Without this the libraries carry no bitcode, and the project's own \`lto = true\` fails.
[profile.release]
lto = true
panic = "abort"
`;

/** Compiles std and test, and puts them where rustc looks for them. */
async function buildStandardLibrary() {
  await withFolder(async (folder) => {
    writeFileSync(join(folder, "Cargo.toml"), manifest);
    writeFileSync(join(folder, "lib.rs"), "");
    const env = { ...debianEnv, RUSTC: "/usr/bin/rustc", RUSTC_BOOTSTRAP: "1", RUSTFLAGS: "", CARGO_TARGET_DIR: join(folder, "target") };
    const options = ["--release", "-Zbuild-std=std,panic_abort,test", "--target", target];
    await must("/usr/bin/cargo", ["build", ...options], { cwd: folder, env });
    installLibraries(join(folder, "target", target, "release", "deps"), await targetFolder(debianEnv));
  });
}

/** Replaces what is in `to` by the libraries in `from`. */
function installLibraries(from, to) {
  const fresh = `${to}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  for (const name of readdirSync(from).filter((file) => file.endsWith(".rlib"))) copyFileSync(join(from, name), join(fresh, name));
  rmSync(to, { recursive: true, force: true });
  renameSync(fresh, to);
}

/** Debian's newest Rust, which it keeps for its browsers, std's sources, and the linker of the same LLVM. */
async function installDebianRust() {
  const packages = {
    "rustc-web": "rustc",
    "cargo-web": "cargo",
    "rust-web-llvm": "rust-lld",
    "rust-web-src": "../lib/rustlib/src/rust/library",
  };
  const isThere = (file) => existsSync(join("/usr/bin", file));
  // `rust-lld` is a link to a linker of another package: existsSync is false until that is there too.
  if (Object.values(packages).every(isThere)) return;
  await step("Rust for WebAssembly from Debian (rustc-web, cargo-web, rust-web-src, lld)", async () => {
    await apt(Object.keys(packages));
    const linker = readlinkSync("/usr/bin/rust-lld");
    if (!isThere(linker)) await apt([linker]);
  });
}

/** Sees to it that some rustc has the target. */
export async function wasmTarget() {
  const env = await findWasmEnv();
  if (env && (await works(env))) return;
  if (canUseApt) {
    await installDebianRust();
    await step(`Rust's standard library for ${target}, built from source`, buildStandardLibrary);
  } else if (await ask("rustup", ["--version"], { env: nativeEnv })) {
    await step(`Rust's standard library for ${target}, from rustup`, () => must("rustup", ["target", "add", target], { env: nativeEnv }));
  } else {
    throw new StepError(
      `Rust with the target ${target} must be installed, and is not`,
      "Install Rust from https://rustup.rs and run this again.",
    );
  }
}
