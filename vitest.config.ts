import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(`./ts/${path}`, import.meta.url));

// The tests run on the sources: what the package's `exports` say of dist/ is said here of ts/.
const alias = [
  { find: /^unrolled\/insight$/, replacement: source("insight/index.ts") },
  { find: /^unrolled\/node$/, replacement: source("node.ts") },
  { find: /^unrolled\/worker$/, replacement: source("worker.ts") },
  { find: /^unrolled\/inline$/, replacement: source("wasm/entry-inline.ts") },
  { find: /^unrolled$/, replacement: source("wasm/entry-node.ts") },
];

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        // `gc()` is for the tests of memory.
        test: {
          name: "unit",
          // An `exclude` here would be all that counts, whatever `--exclude` says.
          include: ["test/**/*.test.ts", "!test/packaging/**", "!test/site/**"],
          testTimeout: 30_000,
          execArgv: ["--expose-gc"],
        },
      },
      {
        // Builds the page and drives it in a browser, as a person would.
        resolve: { alias },
        test: {
          name: "site",
          globalSetup: "test/site/setup.ts",
          include: ["test/site/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // Installs the tarball of `npm pack` and drives a browser: minutes, one file after the other.
        test: {
          name: "packaging",
          globalSetup: "test/packaging/setup.ts",
          include: ["test/packaging/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
