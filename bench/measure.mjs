// Times several things in turns, so that whatever else the machine does falls on all of them alike.

/** Milliseconds per call of each contestant: as many rounds as fit into the time, after a warm-up. */
export async function interleave(contestants, { seconds, warmUp = 3 }) {
  const times = contestants.map(() => []);
  for (const { run } of contestants) for (let call = 0; call < warmUp; call++) await run();
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end || times[0].length < 5) {
    for (const [index, { run }] of contestants.entries()) {
      const start = performance.now();
      await run();
      times[index].push(performance.now() - start);
    }
  }
  return contestants.map(({ name }, index) => ({ name, ...summary(times[index]) }));
}

/** Median, and the quartiles as the spread. */
function summary(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  return { median: at(0.5), low: at(0.25), high: at(0.75), calls: sorted.length };
}
