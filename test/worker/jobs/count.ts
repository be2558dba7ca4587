import { type Control, serve } from "unrolled/worker";

export interface Options {
  /** How many values are yielded. */
  readonly count: number;
  /** Whether it waits somewhere between values. */
  readonly rests?: boolean;
  /** Is told of its end: the number of values that were made, and in a second message that it is over. */
  readonly log?: MessagePort;
}

/** Counts up to `count` and returns the sum; `finally` says how far it came. */
export async function* count({ count, rests = false, log }: Options, control: Control): AsyncGenerator<number, number, undefined> {
  let made = 0;
  let sum = 0;
  try {
    while (made < count) {
      if (rests) await new Promise((resolve) => setTimeout(resolve, 1));
      sum += made;
      yield made++;
    }
    return sum;
  } finally {
    log?.postMessage({ made, aborted: control.signal.aborted });
    log?.close();
  }
}

serve(count);
