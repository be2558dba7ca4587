import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

test.each(["series", "text"])("ts/cli/%s needs nothing that a page has not", async (folder) => {
  const files = readdirSync(`${root}ts/cli/${folder}`);
  expect(files.length).toBeGreaterThan(4);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: files.map((name) => `ts/cli/${folder}/${name}`),
    outdir: "unwritten",
    write: false,
    bundle: true,
    format: "esm",
    platform: "browser",
    external: ["unrolled", "node:*"],
    tsconfigRaw: "{}",
    metafile: true,
    logLevel: "silent",
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  expect([...new Set(imports)]).toEqual(["unrolled"]);
});
