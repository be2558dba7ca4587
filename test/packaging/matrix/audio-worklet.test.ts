import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect } from "vitest";
import { noChromium } from "../support/browser.js";
import { openFolder, withChromium } from "../support/bundled.js";
import { entry } from "../support/matrix.js";
import { javascript, pageOf, project } from "../support/project.js";

withChromium();

/** 1 % of a frame of 32 ms. */
const BUDGET_US = 320;

/** Builds the page with this processor, and opens it: what it found. */
async function play(processor: string): Promise<unknown> {
  const folder = project({ "audio.js": javascript("audio"), "processor.js": processor });
  const outdir = join(folder, "built");
  await build({
    absWorkingDir: folder,
    entryPoints: ["audio.js", "processor.js"],
    outdir,
    bundle: true,
    format: "esm",
    logLevel: "warning",
  });
  writeFileSync(join(outdir, "index.html"), pageOf("./audio.js"));
  copyFileSync(join(folder, "node_modules/unrolled/dist/core.wasm"), join(outdir, "core.wasm"));
  return (await openFolder(outdir)).result;
}

entry("an AudioWorklet runs a stream of 128 units from a compiled module", noChromium, async () => {
  const result = await play(javascript("processor"));
  const { ready, withoutModule, same, of } = result as Record<string, number> & {
    ready: Record<string, unknown>;
    withoutModule: { failed: string };
  };
  const microseconds = ready["microseconds"] as number;
  console.log(`${microseconds.toFixed(1)} µs for a step: ${((100 * microseconds) / 32_000).toFixed(3)} % of a frame of 32 ms`);
  expect(same).toBe(of);
  expect(of).toBe(6400);
  expect(ready).toMatchObject({ simd: "simd128", source: "module", drawn: true });
  // What it does without.
  expect(ready["missing"]).toEqual(expect.arrayContaining(["URL", "TextDecoder", "fetch", "crypto"]));
  // The machine may have other things to do.
  expect(microseconds).toBeLessThan(10 * BUDGET_US);
  expect(withoutModule.failed).toBe(
    "OptionError: init: wasm must be the core's bytes or a WebAssembly.Module where nothing can be fetched, got nothing; compile it where it can be fetched, and pass the module on: an AudioWorklet takes it as one of its processorOptions",
  );
});

entry("an AudioWorklet runs it from the text in unrolled/inline, too", noChromium, async () => {
  const inline = (name: string) => javascript(name).replace('from "unrolled"', 'from "unrolled/inline"');
  const result = await play(inline("processor"));
  expect((result as { withoutModule: { ready: Record<string, unknown> } }).withoutModule.ready).toMatchObject({ source: "inline" });
});
