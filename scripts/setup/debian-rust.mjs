// Rust for WebAssembly from nothing but Debian's and crates.io's packages.
//
// Debian keeps a new Rust for its browsers, but without the standard library for WebAssembly: that is built from Debian's sources and put where
// Debian's rustc looks for it.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apt } from "../lib/debian.mjs";
import { withFolder } from "../lib/folder.mjs";
import { must } from "../lib/run.mjs";
import { debianEnv, target, targetFolder } from "../lib/rust.mjs";
import { step } from "../lib/steps.mjs";

/** Packages, and a file of each as seen from /usr/bin. */
const packages = {
  "rustc-web": "rustc",
  "cargo-web": "cargo",
  "rust-web-llvm": "rust-lld",
  "rust-web-src": "../lib/rustlib/src/rust/library",
};

const isThere = (file) => existsSync(join("/usr/bin", file));

/** The compiler, the sources of std, and the linker. */
export async function debianRust() {
  if (Object.values(packages).every(isThere)) return;
  await step(`Rust for WebAssembly from Debian (${Object.keys(packages).join(", ")}, lld)`, async () => {
    await apt(Object.keys(packages));
    // `rust-lld` is a link to the linker of the same LLVM, which is another package; until that is there, it leads nowhere.
    const linker = readlinkSync("/usr/bin/rust-lld");
    if (!isThere(linker)) await apt([linker]);
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

/** Compiles std and test, as the libraries of an empty crate, and installs them. */
export async function standardLibrary() {
  await step(`Rust's standard library for ${target}, built from source`, () =>
    withFolder(async (folder) => {
      writeFileSync(join(folder, "Cargo.toml"), manifest);
      writeFileSync(join(folder, "lib.rs"), "");
      const env = { ...debianEnv, RUSTC: "/usr/bin/rustc", RUSTC_BOOTSTRAP: "1", RUSTFLAGS: "", CARGO_TARGET_DIR: join(folder, "target") };
      const options = ["--release", "-Zbuild-std=std,panic_abort,test", "--target", target];
      await must("/usr/bin/cargo", ["build", ...options], { cwd: folder, env });
      installLibraries(join(folder, "target", target, "release", "deps"), await targetFolder(debianEnv));
    }),
  );
}

/** Replaces what is in the folder `to` by the libraries in `from`. */
function installLibraries(from, to) {
  const fresh = `${to}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  for (const name of readdirSync(from).filter((file) => file.endsWith(".rlib"))) copyFileSync(join(from, name), join(fresh, name));
  rmSync(to, { recursive: true, force: true });
  renameSync(fresh, to);
}
