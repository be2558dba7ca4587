import { backend, init } from "unrolled";
import { CASES } from "./cases.js";
import { median } from "./measure.js";
import * as ours from "./unrolled.js";

export type Answer =
  | { readonly kind: "here"; readonly simd: string; readonly version: string }
  /** What TensorFlow.js calls itself, or why it is not there. */
  | { readonly kind: "peer"; readonly name: string }
  | { readonly kind: "absent"; readonly reason: string }
  | { readonly kind: "time"; readonly row: number; readonly side: "ours" | "theirs"; readonly milliseconds: number };

/** Loads TensorFlow.js, in a file of its own. */
async function loadPeer() {
  try {
    const { start, prepare } = await import("./tfjs.js");
    return { prepare, name: await start() };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

/** Measures all cases, first here, then there, so that the two are close in time. */
export async function* answer(): AsyncGenerator<Answer, void, undefined> {
  await init();
  const { simd, version } = backend();
  yield { kind: "here", simd, version };
  const loaded = await loadPeer();
  yield "name" in loaded ? { kind: "peer", name: loaded.name } : { kind: "absent", reason: loaded.reason };
  for (const [row, each] of CASES.entries()) {
    yield { kind: "time", row, side: "ours", milliseconds: await median(ours.prepare(each)) };
    if ("prepare" in loaded) yield { kind: "time", row, side: "theirs", milliseconds: await median(loaded.prepare(each)) };
  }
}
