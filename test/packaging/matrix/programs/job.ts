import { serve, transfer } from "unrolled/worker";
import { train } from "./train.js";

/** Trains, in a Worker. */
export async function* job({ what }: { readonly what: string }): AsyncGenerator<string, unknown, undefined> {
  yield "begun";
  if (what === "throw") throw new RangeError("the job is over");
  if (what === "close") {
    (globalThis as unknown as { close(): void }).close();
    await new Promise(() => undefined);
  }
  if (what === "uncaught") {
    setTimeout(() => {
      throw new RangeError("nobody catches this");
    }, 1);
    await new Promise(() => undefined);
  }
  if (what === "move") {
    const values = Float32Array.of(1, 2, 3);
    return transfer({ values, before: values.length }, [values.buffer]);
  }
  if (what === "compute")
    for (;;) {
      const end = performance.now() + 20;
      while (performance.now() < end);
      yield "computing";
    }
  return train();
}

// What is posted before this is lost in a browser: the trainer must not wait for it.
await new Promise((resolve) => setTimeout(resolve, 100));
serve(job);
