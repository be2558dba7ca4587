import { complaint, FormatError, InternalError, OptionError, outOfMemory, show, UnrolledError } from "../errors.js";
import { checkInteger, checkOneOf, checkOptions } from "../options.js";
import { VERSION } from "../version.js";
import { compileGiven, isUrl, settled } from "./given.js";
import type { InitOutput } from "./pkg/simd128/core.js";
import { type SimdLevel, supports } from "./probe.js";

/** The exports of the core: numbers in, numbers out. After a trap, every call throws. */
export type Core = InitOutput;

/** What `init` takes as the core itself. */
export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOptions {
  /** The core, instead of the file that belongs to the entry in use. @default the file beside the entry */
  readonly wasm?: WasmSource | Promise<WasmSource>;
  /** Which build of the core: "relaxed" is faster, "simd128" gives the same bits on every machine. @default "auto": relaxed where the engine has it */
  readonly simd?: "auto" | SimdLevel;
  /** How many bytes the core keeps at most of what only backward needs; what goes beyond is kept in JavaScript arrays. @default 256 MiB */
  readonly savedBytes?: number;
}

/** What computes, as {@link backend} tells it. */
export interface Backend {
  readonly simd: SimdLevel;
  /** Where the core came from: a path, a URL, "inline", or what kind of value `init` was given. */
  readonly source: string;
  /** The version of unrolled. */
  readonly version: string;
  /** The size of the core's memory. It grows, and never shrinks. */
  readonly memoryBytes: number;
}

/** A compiled core and where it came from. */
export interface Compiled {
  readonly module: WebAssembly.Module;
  readonly source: string;
}

/** How an entry (Node, web, inline) finds the core. */
export interface Loader {
  /** Reads and compiles at once; absent where only `await init()` can load. */
  compileNow?(level: SimdLevel): Compiled;
  compile(level: SimdLevel): Promise<Compiled>;
  /** Reads a URL that `fetch` of this platform cannot. */
  read?(url: URL): Promise<BufferSource> | undefined;
}

interface Loaded extends Compiled {
  readonly core: Core;
  readonly level: SimdLevel;
  /** The `wasm` option it was made of. */
  readonly wasm: unknown;
}

const DEFAULT_SAVED_BYTES = 256 * 2 ** 20;

let loader: Loader | undefined;
let loaded: Loaded | undefined;
/** The core, from its first use on: after that it can no longer be replaced. */
let current: Core | undefined;
let failure: InternalError | undefined;
let savedBytes = DEFAULT_SAVED_BYTES;
let queue: Promise<unknown> = Promise.resolve();

/** Called once, by the entry. */
export function setLoader(value: Loader): void {
  loader = value;
}

/** The core, loaded now if it must be and can be. */
export function core(): Core {
  return current ?? firstUse();
}

function firstUse(): Core {
  if (failure !== undefined) throw failure;
  loaded ??= loadNow();
  current = loaded.core;
  return current;
}

function loadNow(): Loaded {
  if (loader?.compileNow === undefined) {
    throw new UnrolledError(
      complaint("unrolled", "the core", "loaded before a tensor is used", "nothing loaded", "call `await init()` first"),
    );
  }
  const level = resolveLevel(undefined);
  return instantiate(loader.compileNow(level), level, undefined);
}

/** The core if it is in use and sound: for those that only give memory back. */
export function coreInUse(): Core | undefined {
  return current;
}

/** The budget of saved blocks (see saved.ts). */
export function savedBytesBudget(): number {
  return savedBytes;
}

/**
 * Loads the core. Needed in a browser before the first tensor; in Node, Deno and Bun it is loaded at first use, and `init` only chooses another.
 *
 * The same options again do nothing, an option left out stays as it is. Other options replace the core as long as there is no tensor, and throw after that.
 * A failed `init` changes nothing and may be repeated.
 */
export function init(options: InitOptions = {}): Promise<void> {
  const run = queue.then(() => load(options));
  queue = run.catch(() => undefined);
  return run;
}

async function load(options: InitOptions): Promise<void> {
  const checked = checkOptions<Record<keyof InitOptions, unknown>>("init", options, {
    wasm: undefined,
    simd: undefined,
    savedBytes,
  });
  checkInteger("init", "savedBytes", checked.savedBytes, { min: 0 });
  if (failure !== undefined) throw failure;
  const wasm = await settled(options.wasm);
  const level = resolveLevel(options.simd);
  const sameCore =
    loaded !== undefined &&
    (wasm === undefined || sameWasm(wasm, loaded.wasm)) &&
    (options.simd === undefined || options.simd === "auto" || level === loaded.level);
  if (sameCore && checked.savedBytes === savedBytes) return;
  refuseIfInUse(options);
  const next = sameCore ? loaded : await compile(wasm, level, options.simd);
  refuseIfInUse(options);
  loaded = next;
  savedBytes = checked.savedBytes as number;
}

function refuseIfInUse(options: InitOptions): void {
  if (current === undefined) return;
  const actual = `other ones (${Object.keys(options).join(", ")})`;
  throw new OptionError(
    complaint("init", "options", "the same as before once a tensor exists", actual, "call init before the first tensor"),
  );
}

async function compile(wasm: WasmSource | undefined, level: SimdLevel, asked: InitOptions["simd"]): Promise<Loaded> {
  if (wasm === undefined) {
    if (loader === undefined) throw new InternalError(complaint("init", "the entry", "one that knows where the core is", "none"));
    return instantiate(await loader.compile(level), level, undefined);
  }
  const compiled = await compileGiven(wasm, loader?.read);
  const { core } = instantiate(compiled, level, wasm);
  const actual = levelOf(core);
  if (asked !== undefined && asked !== "auto" && asked !== actual) {
    throw new OptionError(complaint("init", "wasm", `a ${asked} core, as the option simd says`, `a ${actual} core`));
  }
  return { ...compiled, core, level: actual, wasm };
}

function levelOf(core: Core): SimdLevel {
  return core.relaxed_simd() === 1 ? "relaxed" : "simd128";
}

function resolveLevel(asked: string | undefined): SimdLevel {
  const [where, what, value] = asked === undefined ? ["unrolled", "UNROLLED_SIMD", environment("UNROLLED_SIMD")] : ["init", "simd", asked];
  const choice = checkOneOf(where, what, value || "auto", ["auto", "simd128", "relaxed"]);
  const level = choice === "auto" && supports("relaxed") ? "relaxed" : choice === "auto" ? "simd128" : choice;
  if (!supports(level)) {
    throw new OptionError(complaint(where, what, "a SIMD level this engine has", show(level), "Node has relaxed SIMD from version 22 on"));
  }
  return level;
}

/** A variable of the environment, where there is one and it may be read (Deno would ask the user). */
function environment(name: string): string | undefined {
  const { Deno, process } = globalThis as {
    Deno?: { permissions: { querySync(query: object): { state: string } } };
    process?: { env?: Record<string, string | undefined> };
  };
  if (Deno !== undefined && Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return undefined;
  return process?.env?.[name];
}

function sameWasm(a: unknown, b: unknown): boolean {
  return a === b || (isUrl(a) && isUrl(b) && a.href === b.href);
}

function instantiate(compiled: Compiled, level: SimdLevel, wasm: unknown): Loaded {
  const exports = exportsOf(compiled.module);
  if (exports === undefined || !("allocate" in exports) || !("relaxed_simd" in exports)) {
    throw new FormatError(complaint("init", "wasm", "unrolled's core.wasm or core-relaxed.wasm", `${compiled.source}, another module`));
  }
  return { ...compiled, core: guarded(exports), level, wasm };
}

/** Undefined for a module that imports what the core does not. */
function exportsOf(module: WebAssembly.Module): WebAssembly.Exports | undefined {
  try {
    return new WebAssembly.Instance(module, importsOf(module)).exports;
  } catch (cause) {
    if (cause instanceof WebAssembly.LinkError || cause instanceof TypeError) return undefined;
    throw outOfMemory("init", "the core", cause);
  }
}

/** What wasm-bindgen lets the core import is for values that are not numbers, of which the core has none: it is never called. */
function importsOf(module: WebAssembly.Module): WebAssembly.Imports {
  const result: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    result[from] = {
      ...result[from],
      [name]: () => {
        throw new InternalError(`core: ${name} must never be called, got a call`);
      },
    };
  }
  return result;
}

/**
 * The exports, with every function guarded: whatever leaves the core as an exception, a trap or an overflow of the stack, leaves its
 * stack pointer and its data as they were in that moment, so that nothing it says after that can be believed.
 */
function guarded(exports: WebAssembly.Exports): Core {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(exports)) {
    result[name] = typeof value === "function" ? guard(name, value as Call) : value;
  }
  return result as unknown as Core;
}

type Call = (...numbers: number[]) => number;

/** Calls with up to 17 numbers, all that any export takes: a rest parameter would make an array for each call. */
function guard(name: string, call: Call): Call {
  if (call.length > 17) throw new InternalError(complaint("core", name, "a function of at most 17 numbers", `one of ${call.length}`));
  const exact = call as (...numbers: (number | undefined)[]) => number;
  return (a?, b?, c?, d?, e?, f?, g?, h?, i?, j?, k?, l?, m?, n?, o?, p?, q?) => {
    if (failure !== undefined) throw failure;
    try {
      return exact(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q);
    } catch (error) {
      throw fail(name, error);
    }
  };
}

function fail(name: string, error: unknown): InternalError {
  const message = error instanceof Error ? error.message : String(error);
  const hint = "the core cannot be used any more: reload the page or restart the program";
  failure = new InternalError(complaint("core", name, "free of failures", `"${message}"`, hint), { cause: error });
  current = undefined;
  return failure;
}

/** What computes: SIMD level, where the core came from, its version, and the size of its memory. Loads the core where that needs no `await`. */
export function backend(): Backend {
  if (failure !== undefined) throw failure;
  loaded ??= loadNow();
  return { simd: loaded.level, source: loaded.source, version: VERSION, memoryBytes: loaded.core.memory.buffer.byteLength };
}
