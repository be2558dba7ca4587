import { backend, init } from "unrolled";
import { BATCH, begin, SPAN, train } from "../../../examples/twin/twin.js";

/** What is asked: where the text is, and for how many steps. */
export interface Request {
  readonly url: string;
  readonly steps: number;
}

export type Answer =
  | {
      readonly kind: "begun";
      readonly simd: string;
      /** SHA-256 of the text and of the bits of every parameter before the first step; undefined where the browser has none to offer. */
      readonly hashes: { readonly text: string; readonly initial: Readonly<Record<string, string>> } | undefined;
    }
  | {
      readonly kind: "step";
      readonly step: number;
      readonly loss: number;
      readonly bits: number | undefined;
      readonly charactersPerSecond: number;
    };

async function sha256(data: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Trains as examples/twin does. The exact core: its losses are the same bits in every browser, and in Node. */
export async function* answer({ url, steps }: Request): AsyncGenerator<Answer, void, undefined> {
  await init({ simd: "simd128" });
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} could not be fetched: ${response.status}`);
  const bytes = await response.arrayBuffer();
  const { tokens, model } = begin(new TextDecoder().decode(bytes));
  yield { kind: "begun", simd: backend().simd, hashes: await hashesOf(bytes, model.stateDict()) };
  for (const { step, loss, bits, seconds } of train(model, tokens, steps)) {
    yield { kind: "step", step, loss, bits, charactersPerSecond: (BATCH * SPAN) / seconds };
  }
}

/** Browsers hash only for pages of HTTPS and of this machine. */
async function hashesOf(text: ArrayBuffer, state: ReturnType<ReturnType<typeof begin>["model"]["stateDict"]>) {
  if (!globalThis.crypto?.subtle) return undefined;
  const initial = Object.entries(state).map(async ([name, value]) => [name, await sha256(value.data as BufferSource)] as const);
  return { text: await sha256(text), initial: Object.fromEntries(await Promise.all(initial)) };
}
