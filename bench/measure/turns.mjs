// Times several contestants in turns, so that whatever else the machine does, and however fast its clock is, falls on all of them alike.

import { summary } from "./statistics.mjs";

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(milliseconds: number) => Promise<number[]>} sample calls for at least so long and at least once; the milliseconds of each call
 * @property {() => void | Promise<void>} [enter] what must be done before its turn and is not timed
 * @property {() => void | Promise<void>} [leave] at the very end
 */

/** A turn is short against the seconds in which a shared machine's speed changes, and long against getting the caches back. */
const TURN = 20;

/** V8 needs time, and calls, until everything runs at its best. */
const WARM_UP = { calls: 3, milliseconds: 250 };

/** A call that takes longer than this is slow enough to be measured few times. */
const SLOW = 1000;

/** Samples of a function of this process. `repeat`: how often one call does the thing that is measured. */
export function timed(run, repeat = 1) {
  return async (milliseconds) => {
    const times = [];
    const end = performance.now() + milliseconds;
    do {
      const start = performance.now();
      const result = run();
      // Only what is asynchronous is waited for: a turn of the event loop would cost as much as a small step.
      if (result instanceof Promise) await result;
      times.push((performance.now() - start) / repeat);
    } while (performance.now() < end);
    return times;
  };
}

/** The first call may compile for seconds. After a slow one, a second is enough. */
async function warmUp({ sample, enter }) {
  await enter?.();
  const start = performance.now();
  let calls = 0;
  let spent = 0;
  while (calls < 2 || ((calls < WARM_UP.calls || spent < WARM_UP.milliseconds) && spent < SLOW)) {
    calls += (await sample(TURN)).length;
    spent = performance.now() - start;
  }
}

/** How many calls are the least: fewer of what takes longer than a second. */
function enough(times) {
  const slowest = Math.max(...times.slice(0, 5));
  if (times.length === 0 || slowest < SLOW) return times.length >= 5;
  return times.length >= (slowest < 2 * SLOW ? 3 : 1);
}

/**
 * The summary of each contestant's times, in milliseconds, after each was measured for that many seconds: five calls at least, of one that takes
 * longer than a second three, longer than two seconds one.
 *
 * @param {readonly Contestant[]} contestants
 */
export async function inTurns(contestants, seconds) {
  const fields = [];
  for (const contestant of contestants) {
    await warmUp(contestant);
    fields.push({ ...contestant, times: [], spent: 0 });
  }
  const unfinished = () => fields.filter(({ times, spent }) => spent < 1000 * seconds || !enough(times));
  for (let left = unfinished(); left.length > 0; left = unfinished()) {
    for (const field of left) {
      await field.enter?.();
      const start = performance.now();
      for (const time of await field.sample(TURN)) field.times.push(time);
      field.spent += performance.now() - start;
    }
  }
  for (const { leave } of fields) await leave?.();
  return fields.map(({ name, times }) => ({ name, ...summary(times) }));
}
