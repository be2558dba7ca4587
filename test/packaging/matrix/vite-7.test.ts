import { stop } from "esbuild";
import { createServer } from "vite-7";
import { expect } from "vitest";
import { noChromium } from "../support/browser.js";
import { openInChromium, withChromium } from "../support/bundled.js";
import { entry, expectTrained } from "../support/matrix.js";
import { pageOf, project, trainInTypeScript } from "../support/project.js";

withChromium();
const files = (): Record<string, string> => ({ ...trainInTypeScript(), "index.html": pageOf("/main.ts") });

entry("Vite 7, development server", noChromium, async () => {
  const root = project(files());
  const server = await createServer({ root, configFile: false, logLevel: "warn", server: { port: 0, host: "127.0.0.1" } });
  try {
    await server.listen();
    const { result, warnings } = await openInChromium(server.resolvedUrls?.local[0] as string);
    expectTrained(result, /^inline$|core\.wasm/);
    expect(warnings.filter((text) => !text.startsWith("unrolled: there is no core"))).toEqual([]);
  } finally {
    await server.close();
    // Vite's own esbuild would go on running.
    await stop();
  }
});
