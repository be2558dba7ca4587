import { complaint, FormatError, OptionError, show } from "../errors.js";
import type { Compiled, Loader, WasmSource } from "./core.js";

/** What the option `wasm` of `init` is, or promises. */
export async function settled(wasm: WasmSource | Promise<WasmSource> | undefined): Promise<WasmSource | undefined> {
  try {
    return await wasm;
  } catch (cause) {
    throw new FormatError(complaint("init", "wasm", "a promise of what init takes", `one that failed: ${messageOf(cause)}`), { cause });
  }
}

/**
 * Reads and compiles what `init` was given.
 *
 * @param read reads a URL that `fetch` of this platform cannot
 */
export async function compileGiven(wasm: WasmSource, read: Loader["read"]): Promise<Compiled> {
  if (wasm instanceof WebAssembly.Module) return { module: wasm, source: "module" };
  if (typeof wasm === "string" || isUrl(wasm)) {
    if (typeof URL !== "function" || typeof fetch !== "function") throw cannotFetch("init", show(wasm));
    const url = isUrl(wasm) ? wasm : urlOf(wasm);
    const bytes = await readable(url.href, async () => (await read?.(url)) ?? bytesOf(await fetch(url)));
    return { module: await compileBytes(bytes, url.href), source: url.href };
  }
  if (typeof Response === "function" && wasm instanceof Response) {
    const source = wasm.url || "response";
    return { module: await compileBytes(await readable(source, () => bytesOf(wasm)), source), source };
  }
  if (wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm)) return { module: await compileBytes(wasm, "bytes"), source: "bytes" };
  throw new OptionError(complaint("init", "wasm", "a URL, a Response, bytes or a WebAssembly.Module", show(wasm)));
}

/** An AudioWorklet has no `URL`. */
export function isUrl(value: unknown): value is URL {
  return typeof URL === "function" && value instanceof URL;
}

/** For where neither a file can be read nor a URL fetched. */
export function cannotFetch(where: string, actual: string): OptionError {
  const hint = "compile it where it can be fetched, and pass the module on: an AudioWorklet takes it as one of its processorOptions";
  return new OptionError(complaint(where, "wasm", "the core's bytes or a WebAssembly.Module where nothing can be fetched", actual, hint));
}

/** A URL, in a browser relative to the page. */
function urlOf(text: string): URL {
  try {
    return new URL(text, globalThis.location?.href);
  } catch (cause) {
    const hint = `for a file beside the program there is new URL(${show(text)}, import.meta.url)`;
    throw new OptionError(complaint("init", "wasm", "a whole URL", show(text), hint), { cause });
  }
}

async function readable(source: string, read: () => Promise<BufferSource>): Promise<BufferSource> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    const actual = `${source}: ${messageOf(cause)}`;
    throw new FormatError(complaint("init", "wasm", "a file that can be read", actual, "check its URL"), { cause });
  }
}

async function bytesOf(response: Response): Promise<ArrayBuffer> {
  if (response.ok) return response.arrayBuffer();
  throw new FormatError(complaint("init", "wasm", "a file that can be fetched", `status ${response.status} for ${response.url}`));
}

async function compileBytes(bytes: BufferSource, source: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    const actual = `${source}, which does not compile (${messageOf(cause)})`;
    throw new FormatError(complaint("init", "wasm", "a WebAssembly module", actual), { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
