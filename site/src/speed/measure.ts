/** For how long a case is measured, in milliseconds, and the calls that it takes at least and at most. */
const BUDGET = 800;
const LEAST = 3;
const MOST = 400;
/** Calls before that: the engine compiles what it runs often. They end early where a call takes long. */
const WARM_UP = { calls: 20, budget: 400 } as const;

/** The median time of a call, in milliseconds. */
export async function median(call: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < WARM_UP.calls && (index === 0 || performance.now() - start < WARM_UP.budget); index++) await call();
  const times: number[] = [];
  const begin = performance.now();
  while (times.length < MOST && (times.length < LEAST || performance.now() - begin < BUDGET)) {
    // Short calls are taken together: a browser's clock is coarse.
    const together = times[0] === undefined || times[0] > 2 ? 1 : Math.max(1, Math.min(50, Math.round(4 / Math.max(times[0], 0.02))));
    const before = performance.now();
    for (let index = 0; index < together; index++) await call();
    times.push((performance.now() - before) / together);
  }
  return times.sort((a, b) => a - b)[times.length >> 1] as number;
}
