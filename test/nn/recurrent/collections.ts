import { PerformanceObserver } from "node:perf_hooks";

const collect = (globalThis as { gc?: () => void }).gc as () => void;

/** What `work`, which must be synchronous, does to the heap: how many collections of garbage there were, and how many bytes more are in use after it. */
export async function garbageOf(work: () => void): Promise<{ collections: number; bytes: number }> {
  const starts: number[] = [];
  const observer = new PerformanceObserver((list) => starts.push(...list.getEntries().map(({ startTime }) => startTime)));
  collect();
  observer.observe({ entryTypes: ["gc"] });
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  work();
  const end = performance.now();
  const bytes = process.memoryUsage().heapUsed - before;
  // The observer hears of collections in a later turn.
  await new Promise((resolve) => setTimeout(resolve, 20));
  observer.disconnect();
  return { collections: starts.filter((time) => time >= start && time <= end).length, bytes };
}
