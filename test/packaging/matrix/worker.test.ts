import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { build } from "vite";
import { expect } from "vitest";
import webpack from "webpack";
import { noChromium } from "../support/browser.js";
import { openFolder, withChromium } from "../support/bundled.js";
import { entry, expectTrained } from "../support/matrix.js";
import { javascript, pageOf, project } from "../support/project.js";
import { serveFolder } from "../support/server.js";
import { noFirefox, openInFirefox } from "./firefox.js";

withChromium();

const files = (): Record<string, string> => ({
  "train.js": javascript("train"),
  "job.js": javascript("job"),
  "page.js": javascript("page"),
  "index.html": pageOf("./page.js"),
  "broken.js": "export const = 3;",
  "throws.js": 'throw new RangeError("at once");',
});

interface Said {
  readonly progress: readonly string[];
  readonly trained: unknown;
  readonly moved: unknown;
  readonly failures: Readonly<Record<string, string>>;
}

function expectWorked(result: unknown, source: RegExp): void {
  const { progress, trained, moved } = result as Said;
  expect(progress).toEqual(["begun"]);
  expectTrained(trained, source);
  expect(moved).toEqual({ values: { 0: 1, 1: 2, 2: 3 }, before: 3 });
}

/** What a page must be told of what went wrong in its Workers. */
function expectTold({ failures }: Said): void {
  const lives = "WorkerError: trainer: the job must be served by a Worker that lives, got";
  expect(failures).toEqual({
    throws: "WorkerError: trainer: the job must be free of failures, got RangeError: the job is over",
    uncaught: `${lives} RangeError: nobody catches this`,
    "after an uncaught one": `${lives} RangeError: nobody catches this`,
    aborted: expect.stringMatching(/^TimeoutError: /),
    closes: `${lives} a Worker that has closed itself`,
    "after that": `${lives} a Worker that has closed itself`,
    terminated: `${lives} a Worker that was terminated`,
    "not there": expect.stringContaining("the module cannot be loaded: check its URL"),
    "does not parse": expect.stringContaining("check its URL, its syntax"),
    "throws at once": `${lives} RangeError: at once`,
  });
}

entry("a page and its Worker, built by esbuild: what fails there is told here", noChromium, async () => {
  const folder = project(files());
  const entries = { entryPoints: ["page.js", "job.js"], outdir: "built", bundle: true, splitting: true, format: "esm" as const };
  await esbuild({ absWorkingDir: folder, ...entries, logLevel: "warning" });
  for (const name of ["index.html", "broken.js", "throws.js"]) writeFileSync(join(folder, "built", name), files()[name] as string);
  const { result } = await openFolder(join(folder, "built"), { query: "?failures" });
  expectWorked(result, /^inline$/);
  expectTold(result as Said);
});

entry("a page and its Worker, built by Vite 8", noChromium, async () => {
  const root = project(files());
  await build({ root, configFile: false, logLevel: "warn", worker: { format: "es" } });
  expectWorked((await openFolder(join(root, "dist"))).result, /core-[\w-]{8}\.wasm$/);
});

entry("a page and its Worker, built by webpack 5", noChromium, async () => {
  const context = project(files());
  const compiler = webpack({ context, mode: "development", devtool: false, entry: "./page.js", output: { path: join(context, "built") } });
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) =>
    compiler?.run((error, done) => (error ? reject(error) : resolve(done))),
  );
  expect(stats?.toJson({ all: false, errors: true }).errors).toEqual([]);
  writeFileSync(join(context, "built/index.html"), pageOf("./main.js"));
  expectWorked((await openFolder(join(context, "built"))).result, /\/\w+\.wasm$/);
});

/** Without a bundler: the package's own files, found by a path. */
function plainProject(): string {
  const plain = Object.entries(files()).map(([name, text]) => {
    const fromPath = text.replace('from "unrolled"', 'from "./node_modules/unrolled/dist/index.web.js"');
    return [name, fromPath.replace('from "unrolled/worker"', 'from "./node_modules/unrolled/dist/worker.js"')];
  });
  return project(Object.fromEntries(plain));
}

entry("a page and its Worker, without a bundler", noChromium, async () => {
  expectWorked((await openFolder(plainProject())).result, /dist\/core\.wasm$/);
});

entry("a page and its Worker in Firefox: what fails there is told here", noFirefox, async () => {
  const server = await serveFolder(plainProject());
  try {
    const result = await openInFirefox(`${server.url}?failures`);
    expectWorked(result, /dist\/core\.wasm$/);
    expectTold(result as Said);
  } finally {
    await server.close();
  }
});
