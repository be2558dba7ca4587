import { serve } from "unrolled/worker";

/** Never awaits anything: computes for some milliseconds, yields, and so on for ever. */
export function* busy({ ms, log }: { readonly ms: number; readonly log: MessagePort }): Generator<number, never, undefined> {
  let rounds = 0;
  try {
    for (;;) {
      const end = performance.now() + ms;
      while (performance.now() < end);
      yield ++rounds;
    }
  } finally {
    log.postMessage(rounds);
    log.close();
  }
}

serve(busy);
