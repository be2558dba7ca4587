import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

/** unrolled as a program sees it that has just started. */
async function fresh(entry: "node" | "web" | "inline") {
  vi.resetModules();
  if (entry === "node") return import("../../ts/wasm/entry-node.js");
  return entry === "web" ? import("../../ts/wasm/entry-web.js") : import("../../ts/wasm/entry-inline.js");
}

const bytes = readFileSync(new URL("../../ts/wasm/core.wasm", import.meta.url));
const relaxedBytes = readFileSync(new URL("../../ts/wasm/core-relaxed.wasm", import.meta.url));
const hasRelaxed = WebAssembly.validate(relaxedBytes);
const best = hasRelaxed ? "relaxed" : "simd128";

beforeEach(() => {
  vi.stubEnv("UNROLLED_SIMD", undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("in Node", () => {
  test("the core is there without init", async () => {
    const { backend, tensor, VERSION } = { ...(await fresh("node")), ...(await import("../../ts/version.js")) };
    expect(tensor([1, 2]).exp().shape).toEqual([2]);
    const { simd, source, version, memoryBytes } = backend();
    expect([simd, version]).toEqual([best, VERSION]);
    expect(source).toMatch(/core(-relaxed)?\.wasm$/);
    expect(memoryBytes).toBeGreaterThanOrEqual(65536);
  });

  test("the version is that of the package", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect((await import("../../ts/version.js")).VERSION).toBe(version);
  });

  test("UNROLLED_SIMD chooses", async () => {
    vi.stubEnv("UNROLLED_SIMD", "simd128");
    expect((await fresh("node")).backend().simd).toBe("simd128");
    vi.stubEnv("UNROLLED_SIMD", "sse");
    const { tensor } = await fresh("node");
    expect(() => tensor([1])).toThrow('unrolled: UNROLLED_SIMD must be one of "auto", "simd128", "relaxed", got "sse"');
  });

  test.runIf(!hasRelaxed)("a SIMD level that the engine lacks is refused", async () => {
    const { init, tensor } = await fresh("node");
    const hint = "Node has relaxed SIMD from version 22 on";
    await expect(init({ simd: "relaxed" })).rejects.toThrow(`init: simd must be a SIMD level this engine has, got "relaxed"; ${hint}`);
    expect(tensor([1]).item()).toBe(1);
    vi.stubEnv("UNROLLED_SIMD", "relaxed");
    const again = await fresh("node");
    expect(() => again.tensor([1])).toThrow("unrolled: UNROLLED_SIMD must be a SIMD level this engine has");
  });

  test.runIf(hasRelaxed)("both SIMD levels can be had", async () => {
    const { init, backend } = await fresh("node");
    for (const simd of ["simd128", "relaxed", "simd128"] as const) {
      await init({ simd });
      expect(backend().simd).toBe(simd);
    }
  });

  test("before the first tensor other options replace the core, after it they are refused", async () => {
    const { backend, init, tensor } = await fresh("node");
    await init({ simd: "simd128" });
    await init({ wasm: bytes });
    expect(backend().source).toBe("bytes");
    const module = new WebAssembly.Module(bytes);
    await init({ wasm: module, savedBytes: 1024 });
    expect([backend().source, backend().simd]).toEqual(["module", "simd128"]);
    const x = tensor([1]);
    await init();
    await init({ wasm: module });
    await init({ simd: "simd128", savedBytes: 1024 });
    const hint = "call init before the first tensor";
    await expect(init({ wasm: bytes })).rejects.toThrow(
      `init: options must be the same as before once a tensor exists, got other ones (wasm); ${hint}`,
    );
    await expect(init({ savedBytes: 5 })).rejects.toThrow("got other ones (savedBytes)");
    expect(backend().source).toBe("module");
    expect(x.exp().add(x).shape).toEqual([1]);
  });

  test("a tensor made while init is at work keeps the core it has, too", async () => {
    const { backend, init, tensor } = await fresh("node");
    const { readable, writable } = new TransformStream<Uint8Array>();
    const done = init({ wasm: new Response(readable) });
    await new Promise((resolve) => setTimeout(resolve, 5)); // by now it reads
    const x = tensor([0]);
    const writer = writable.getWriter();
    void writer.write(bytes).then(() => writer.close());
    await expect(done).rejects.toThrow("init: options must be the same as before once a tensor exists");
    expect([backend().source.endsWith(".wasm"), x.exp().item()]).toEqual([true, 1]);

    const late = await fresh("node");
    late.tensor([1]);
    // Refused for being late, before anything is read.
    await expect(late.init({ wasm: new Uint8Array(3) })).rejects.toThrow("init: options must be the same");
  });

  test("a failed init changes nothing and may be repeated", async () => {
    const { backend, init } = await fresh("node");
    await init({ simd: "simd128" });
    const { source } = backend();
    await expect(init({ wasm: new Uint8Array([1, 2, 3]) })).rejects.toThrow(
      /^init: wasm must be a WebAssembly module, got bytes, which does not compile \(.+\)$/,
    );
    const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    await expect(init({ wasm: empty })).rejects.toThrow(
      "init: wasm must be unrolled's core.wasm or core-relaxed.wasm, got bytes, another module",
    );
    expect(backend().source).toBe(source);
    await init({ wasm: bytes });
    expect(backend().source).toBe("bytes");
  });

  test("wasm may be a file's URL, a Response, or a promise of one", async () => {
    const url = new URL("../../ts/wasm/core.wasm", import.meta.url);
    for (const wasm of [url, url.href, new Response(bytes), Promise.resolve(new Response(bytes))]) {
      const { backend, init, tensor } = await fresh("node");
      await init({ wasm });
      expect(backend().source).toMatch(/core\.wasm$|^response$/);
      expect(tensor([0]).exp().item()).toBe(1);
    }
  });

  test("says what is wrong with options", async () => {
    const { init } = await fresh("node");
    await expect(init({ simd: "avx" as never })).rejects.toThrow('init: simd must be one of "auto", "simd128", "relaxed", got "avx"');
    await expect(init({ wasm: 5 as never })).rejects.toThrow("init: wasm must be a URL, a Response, bytes or a WebAssembly.Module, got 5");
    await expect(init({ savedBytes: -1 })).rejects.toThrow("init: savedBytes must be an integer >= 0, got -1");
    await expect(init({ Simd: "auto" } as never)).rejects.toThrow(
      'init: option must be one of wasm, simd, savedBytes, got "Simd"; did you mean "simd"?',
    );
    const gone = new Response("gone", { status: 404 });
    await expect(init({ wasm: gone })).rejects.toThrow("init: wasm must be a file that can be fetched, got status 404 for ");
  });

  test("says when a file cannot be read, and works after that", async () => {
    const { backend, FormatError, init, OptionError, tensor } = await fresh("node");
    const relative = init({ wasm: "nope.wasm" });
    await expect(relative).rejects.toThrow(OptionError);
    await expect(relative).rejects.toThrow(
      'init: wasm must be a whole URL, got "nope.wasm"; for a file beside the program there is new URL("nope.wasm", import.meta.url)',
    );
    const missing = init({ wasm: new URL("./nope.wasm", import.meta.url) });
    await expect(missing).rejects.toThrow(FormatError);
    await expect(missing).rejects.toThrow(/^init: wasm must be a file that can be read, got file:.+nope\.wasm: .*ENOENT.*; check its URL$/);
    await expect(init({ wasm: "http://127.0.0.1:1/core.wasm" })).rejects.toThrow(
      /^init: wasm must be a file that can be read, got http:\/\/127\.0\.0\.1:1\/core\.wasm: .+; check its URL$/,
    );
    await expect(init({ wasm: Promise.reject(new TypeError("fetch failed")) })).rejects.toThrow(
      "init: wasm must be a promise of what init takes, got one that failed: fetch failed",
    );
    const used = new Response(bytes);
    await used.arrayBuffer();
    await expect(init({ wasm: used })).rejects.toThrow(/^init: wasm must be a file that can be read, got response: .+; check its URL$/);
    await init({ wasm: bytes });
    expect([backend().source, tensor([0]).exp().item()]).toEqual(["bytes", 1]);
  });

  test("a module that wants another world is not the core", async () => {
    const { FormatError, init } = await fresh("node");
    // (module (import "a" "m" (memory 1)))
    const importing = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 2, 8, 1, 1, 97, 1, 109, 2, 0, 1]);
    const done = init({ wasm: importing });
    await expect(done).rejects.toThrow(FormatError);
    await expect(done).rejects.toThrow("init: wasm must be unrolled's core.wasm or core-relaxed.wasm, got bytes, another module");
  });

  test.runIf(hasRelaxed)("a core that is not what simd says is refused", async () => {
    const { init } = await fresh("node");
    await expect(init({ wasm: bytes, simd: "relaxed" })).rejects.toThrow(
      "init: wasm must be a relaxed core, as the option simd says, got a simd128 core",
    );
  });

  test("a failure of the core is final, and said so", async () => {
    const { InternalError, tensor } = await fresh("node");
    const { core } = await import("../../ts/wasm/core.js");
    const x = tensor([1, 2]);
    expect(() => core().exp(4, 2 ** 32 - 16, 0)).toThrow(InternalError);
    const message =
      /^core: exp must be free of failures, got ".+"; the core cannot be used any more: reload the page or restart the program$/;
    expect(() => x.exp()).toThrow(message);
    expect(() => tensor([1])).toThrow(message);
    expect(() => x.add(1)).toThrow(InternalError);
  });
});

describe("in a browser", () => {
  const page = "<!doctype html><title>app</title>";

  test("a tensor before init is an error that names it", async () => {
    const { backend, tensor, UnrolledError } = await fresh("web");
    const message = "unrolled: the core must be loaded before a tensor is used, got nothing loaded; call `await init()` first";
    expect(() => tensor([1])).toThrow(UnrolledError);
    expect(() => tensor([1])).toThrow(message);
    expect(() => backend()).toThrow(message);
  });

  test("init fetches the file beside the entry", async () => {
    const fetch = vi.fn(async (url: URL) => new Response(url.href.includes("relaxed") ? relaxedBytes : bytes));
    vi.stubGlobal("fetch", fetch);
    const { backend, init, tensor } = await fresh("web");
    await init();
    await init();
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(backend().source).toMatch(best === "relaxed" ? /\/core-relaxed\.wasm$/ : /\/core\.wasm$/);
    expect(tensor([0]).exp().item()).toBe(1);
  });

  test.each([
    ["a 404", async () => new Response(page, { status: 404 })],
    ["a page", async () => new Response(page)],
    ["no answer", () => Promise.reject(new TypeError("failed"))],
  ])("%s in place of the file loads the bytes inside, and warns once", async (_, fetch) => {
    vi.stubGlobal("fetch", fetch);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { backend, init, tensor } = await fresh("web");
    await init();
    expect(backend().source).toBe("inline");
    expect(tensor([0]).exp().item()).toBe(1);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]![0]).toMatch(/^unrolled: there is no core at file:.*core.*\.wasm: your bundler did not copy it/);
  });
});

test("the inline entry needs neither init nor files", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new Error("no network")));
  const { backend, init, tensor } = await fresh("inline");
  expect(tensor([0]).exp().item()).toBe(1);
  expect(backend().source).toBe("inline");
  await init();
});

test("in Deno, a variable that may not be read is not read", async () => {
  vi.stubEnv("UNROLLED_SIMD", "sse");
  const querySync = vi.fn(() => ({ state: "prompt" }));
  vi.stubGlobal("Deno", { permissions: { querySync } });
  const { backend } = await fresh("inline");
  expect(backend().simd).toBe(best);
  expect(querySync).toHaveBeenCalledWith({ name: "env", variable: "UNROLLED_SIMD" });
});

describe("where there is no URL, fetch, atob or crypto, as in an AudioWorklet", () => {
  /** After it is imported: the tests' own loader needs them. */
  async function freshWithout(entry: "web" | "inline") {
    const unrolled = await fresh(entry);
    for (const name of ["URL", "fetch", "atob", "crypto", "Response"]) vi.stubGlobal(name, undefined);
    return unrolled;
  }

  test("init takes bytes or a compiled module, and a second time the same one", async () => {
    const { backend, init, rand } = await freshWithout("web");
    await init({ wasm: bytes });
    const module = new WebAssembly.Module(bytes);
    await init({ wasm: module });
    expect(backend().source).toBe("module");
    // Without a seed: it needs a random one.
    expect(new Set(rand([100]).data).size).toBeGreaterThan(90);
    await init({ wasm: module });
    await expect(init({ wasm: new WebAssembly.Module(bytes) })).rejects.toThrow(
      "init: options must be the same as before once a tensor exists",
    );
  });

  test("without them, init says what to do", async () => {
    const { init } = await freshWithout("web");
    const where = "must be the core's bytes or a WebAssembly.Module where nothing can be fetched, got";
    await expect(init()).rejects.toThrow(`init: wasm ${where} nothing; compile it where it can be fetched, and pass the module on`);
    await expect(init({ wasm: "./core.wasm" })).rejects.toThrow(`init: wasm ${where} "./core.wasm"`);
  });

  test("unrolled/inline needs none of it", async () => {
    const { backend, tensor } = await freshWithout("inline");
    expect([tensor([1]).item(), backend().source]).toEqual([1, "inline"]);
  });
});

test("where there is no FinalizationRegistry, the first tensor says what to do", async () => {
  vi.stubGlobal("FinalizationRegistry", undefined);
  const { nn } = await fresh("node");
  expect(() => new nn.Linear(2, 3)).toThrow(
    "unrolled: the engine must be one with FinalizationRegistry and WeakRef, got one without; Cloudflare's Workers",
  );
});
