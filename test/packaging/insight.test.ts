import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build as esbuild } from "esbuild";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { expect, inject, test } from "vitest";
import { findChromium } from "../../scripts/lib/browser.mjs";
import { gzipped, withImports } from "../../scripts/lib/sizes.mjs";
import { readSvg } from "../insight/xml.js";
import { inRepository, run } from "./programs.js";

const folder = inject("installed");
const app = join(folder, "insight-app");
const dist = join(folder, "node_modules/unrolled/dist");

/** Draws a picture of each kind; in TypeScript, strictly, as a user would write it. */
const program = `
import { init, manualSeed, nn, randn } from "unrolled";
import { cellText, findUnits, inputSaliency, trace } from "unrolled/insight";

await init({ simd: "simd128" });
manualSeed(0);
const lstm = new nn.LSTM(4, 6, { numLayers: 2 });
const x = randn([12, 2, 4]);
const forget: Float32Array = trace(lstm, x).layers[1]!.gates.f!;
class Reader extends nn.Module {
  embedding = new nn.Embedding(3, 4);
  lstm = lstm;
  forward(tokens: import("unrolled").Tensor, state?: nn.LSTMState) {
    return this.lstm.forward(this.embedding.forward(tokens), state);
  }
}
const reader = new Reader();
const vocabulary = "ab ";
const pictures: string[] = [
  trace(lstm, x).toSVG({ layer: 1, sequence: 1 }),
  inputSaliency(lstm, x, { output: 0 }).toSVG(),
  cellText(reader, "a b ab", { vocabulary, unit: 2 }).toSVG(),
  findUnits(reader, "a b ab", { vocabulary }).toSVG(),
];
console.log(JSON.stringify({ forget: forget.length, pictures }));
`;

interface Drawn {
  readonly forget: number;
  readonly pictures: readonly string[];
}

function drawInNode(): Drawn {
  mkdirSync(app, { recursive: true });
  writeFileSync(join(app, "main.ts"), program);
  const compilerOptions = { target: "ES2022", lib: ["ES2022", "DOM"], module: "nodenext", strict: true, outDir: "out", types: [] };
  writeFileSync(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  // Declarations are checked, too: none that it reaches may name what only the build has.
  run(process.execPath, [inRepository("node_modules/typescript/bin/tsc"), "-p", "tsconfig.json"], app);
  return JSON.parse(run(process.execPath, ["out/main.js"], app));
}

/** A little of one text from where it is another. */
function firstDifference(one: string, other: string): string {
  const at = [...one].findIndex((character, index) => character !== other[index]);
  return one === other ? "" : `${one.slice(Math.max(0, at - 60), at + 20)} | ${other.slice(Math.max(0, at - 60), at + 20)}`;
}

test("it draws in Node, and bundled by Vite in Chromium, to the letter", async () => {
  const inNode = drawInNode();
  expect(inNode.forget).toBe(12 * 2 * 6);
  for (const picture of inNode.pictures) readSvg(picture);
  writeFileSync(join(app, "index.html"), '<!doctype html><script type="module" src="./main.ts"></script>');
  await build({ root: app, configFile: false, logLevel: "warn", build: { target: "es2022" } });
  const server = await preview({ root: app, configFile: false, preview: { port: 0, host: "127.0.0.1" } });
  const quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const browser = await chromium.launch({
    executablePath: findChromium()!,
    args: ["--headless", "--no-sandbox", "--disable-gpu", ...quiet],
  });
  try {
    const tab = await browser.newPage();
    const printed = new Promise<string>((resolve, reject) => {
      tab.on("pageerror", reject);
      // Chromium asks for an icon, too, and says that there is none.
      tab.on("console", (message) => message.text().startsWith("{") && resolve(message.text()));
    });
    await tab.goto(server.resolvedUrls?.local[0] ?? "");
    const inBrowser: Drawn = JSON.parse(await printed);
    expect(inBrowser.forget).toBe(inNode.forget);
    expect(inBrowser.pictures.map((picture, at) => firstDifference(picture, inNode.pictures[at] ?? ""))).toEqual(
      inNode.pictures.map(() => ""),
    );
    // The browser shows them as pictures, of the size that they say.
    const sizes = await tab.evaluate(async (pictures) => {
      const load = async (svg: string) => {
        const image = new Image();
        image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
        await image.decode();
        return [image.naturalWidth, image.naturalHeight] as const;
      };
      return Promise.all(pictures.map(load));
    }, inBrowser.pictures);
    for (const [width, height] of sizes) {
      expect(width).toBe(860);
      expect(height).toBeGreaterThan(100);
    }
  } finally {
    await browser.close();
    await server.close();
  }
});

test("esbuild bundles it without being told anything", async () => {
  writeFileSync(join(folder, "draw.js"), 'import { trace } from "unrolled/insight"; console.log(typeof trace);');
  for (const platform of ["browser", "node"] as const) {
    const { outputFiles, warnings } = await esbuild({
      absWorkingDir: folder,
      entryPoints: ["draw.js"],
      bundle: true,
      format: "esm",
      platform,
      write: false,
      outdir: "bundled",
      logLevel: "silent",
    });
    expect(warnings).toEqual([]);
    expect(outputFiles.length).toBe(1);
  }
});

test("the main entry has nothing of it; what it adds to a page is within its budget", () => {
  const main = withImports(pathToFileURL(join(dist, "index.web.js")).href);
  const added = withImports(pathToFileURL(join(dist, "insight.js")).href).filter((url) => !main.includes(url));
  expect(gzipped(added)).toBeGreaterThan(50_000);
  expect(gzipped(added)).toBeLessThan(140_000);
  for (const url of main) expect(readFileSync(new URL(url), "utf8")).not.toContain("http://www.w3.org/2000/svg");
});

test("the licences of what is bundled are in the package", () => {
  const licences = readFileSync(join(dist, "LICENSES.txt"), "utf8");
  for (const name of ["@observablehq/plot 0.6.17 (ISC)", "d3-scale ", "d3-shape ", "d3-selection ", "d3-geo "])
    expect(licences).toContain(name);
  expect(licences.match(/Permission (is hereby granted|to use)/g)!.length).toBeGreaterThanOrEqual(licences.match(/\n-{80}\n/g)!.length - 2);
});
