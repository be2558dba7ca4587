/** Engines that npm has, by where their programs are. */

import { inRepository } from "../programs.js";
import { missing } from "./matrix.js";

const { platform, arch } = process;
const windows = platform === "win32";

export interface Engine {
  readonly path: string;
  /** Why it is not there. */
  readonly missing: string | undefined;
}

function engine(name: string, path: string): Engine {
  const file = `test/packaging/matrix/node_modules/${path}${windows ? ".exe" : ""}`;
  return { path: inRepository(file), missing: missing(file, name) };
}

export const deno: Engine = engine("Deno", `@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}/deno`);

export const bun: Engine = engine("Bun", `@oven/bun-${windows ? "windows" : platform}-${arch === "arm64" ? "aarch64" : arch}/bin/bun`);
