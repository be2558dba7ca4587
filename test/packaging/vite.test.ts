import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { type Browser, chromium } from "playwright-core";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { findChromium } from "../../scripts/lib/browser.mjs";
import { lossesOf, quickStart, run } from "./programs.js";

const folder = inject("installed");
const app = join(folder, "app");

/** The page: `?simd=` chooses the core as the environment does in Node, so that the program is the README's, letter for letter. */
const page = `<!doctype html>
<script>globalThis.process = { env: { UNROLLED_SIMD: new URLSearchParams(location.search).get("simd") } };</script>
<script type="module" src="./main.ts"></script>`;

let browser: Browser;
let server: PreviewServer;

beforeAll(async () => {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("a Chromium must be installed, got none: install one, or set CHROMIUM to the path of one");
  mkdirSync(app);
  writeFileSync(join(app, "index.html"), page);
  writeFileSync(join(app, "main.ts"), `${quickStart()}\nconsole.log("done");\n`);
  await build({ root: app, configFile: false, logLevel: "warn", build: { target: "es2022" } });
  server = await preview({ root: app, configFile: false, preview: { port: 0, host: "127.0.0.1" } });
  const quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu", ...quiet] });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens the page and waits for the program's end: what it printed and which files of wasm it fetched. */
async function runPage(simd: string): Promise<{ losses: string[]; fetched: string[] }> {
  const tab = await browser.newPage();
  const lines: string[] = [];
  const fetched: string[] = [];
  tab.on("response", (response) => {
    const name = /\/(core(?:-relaxed)?)-[\w-]{8}\.wasm$/.exec(new URL(response.url()).pathname)?.[1];
    if (name) fetched.push(`${name} ${response.status()} ${response.headers()["content-type"]}`);
  });
  const end = new Promise<void>((resolve, reject) => {
    tab.on("pageerror", reject);
    tab.on("console", (message) => {
      lines.push(message.text());
      if (message.text() === "done") resolve();
    });
  });
  await tab.goto(`${server.resolvedUrls?.local[0]}?simd=${simd}`);
  await end;
  await tab.close();
  return { losses: lossesOf(lines), fetched };
}

/** The losses in Node. */
function runInNode(simd: string): string[] {
  writeFileSync(join(folder, "main.js"), transformSync(quickStart(), { loader: "ts" }).code);
  return lossesOf(run(process.execPath, ["main.js"], folder, { UNROLLED_SIMD: simd }).split("\n"));
}

test("bundled by Vite, the program of the README gives the same bits in Chromium as in Node", async () => {
  const { losses, fetched } = await runPage("simd128");
  expect(fetched).toEqual(["core 200 application/wasm"]);
  expect(losses).toHaveLength(5);
  expect(losses).toEqual(runInNode("simd128"));
});

test("left to itself, it takes the faster core in Chromium, and trains as well", async () => {
  const { losses, fetched } = await runPage("auto");
  expect(fetched).toEqual(["core-relaxed 200 application/wasm"]);
  expect(Number(losses.at(-1))).toBeLessThan(0.5 * Number(losses[0]));
});
