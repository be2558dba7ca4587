import { once } from "node:events";
import { io } from "unrolled";
import { type Run, trainer, transfer } from "unrolled/worker";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { busy } from "./jobs/busy.js";
import type { count } from "./jobs/count.js";
import type { late } from "./jobs/late.js";
import type { lstm } from "./jobs/lstm.js";
import type { odd } from "./jobs/odd.js";
import { startWorker } from "./start.js";

const startCount = async () => trainer<typeof count>(await startWorker("count"));
const startOdd = async () => trainer<typeof odd>(await startWorker("odd"));

async function drain<P>(run: AsyncIterable<P>): Promise<P[]> {
  const values: P[] = [];
  for await (const value of run) values.push(value);
  return values;
}

const settle = (ms = 100) => new Promise((resolve) => setTimeout(resolve, ms));

/** A log for a job: what it writes there last. */
function logOf<T>(): { port: MessagePort; written: Promise<T> } {
  const { port1, port2 } = new MessageChannel();
  const written = once(port1, "message").then(([message]) => message as T);
  port1.start();
  return { port: port2, written };
}

describe("a run", () => {
  test("gives the progress in order, then the result", async () => {
    const run = (await startCount()).run({ count: 100 });
    expectTypeOf(run).toEqualTypeOf<Run<number, number, never>>();
    expect(await drain(run)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(await run.result).toBe(4950);
  });

  test("gives the result to the last of the iterator's steps, and after that nothing", async () => {
    const run = (await startCount()).run({ count: 1 });
    const values = run[Symbol.asyncIterator]();
    const steps = await Promise.all([values.next(), values.next(), values.next()]);
    expect(steps).toEqual([
      { done: false, value: 0 },
      { done: true, value: 0 },
      { done: true, value: undefined },
    ]);
    expect(await values.next()).toEqual({ done: true, value: undefined });
  });

  test("needs nobody who iterates", async () => {
    expect(await (await startCount()).run({ count: 1000 }).result).toBe(499_500);
  });

  test("keeps the newest progress for who iterates late", async () => {
    const run = (await startCount()).run({ count: 100 }, { ahead: 3 });
    expect(await run.result).toBe(4950);
    expect(await drain(run)).toEqual([97, 98, 99]);
  });

  test("undefined is progress like any other", async () => {
    expect(await drain((await startOdd()).run("yields undefined"))).toEqual(["begun", undefined, undefined]);
  });

  test("follows the one before, on the same Worker", async () => {
    const counter = await startCount();
    const runs = [3, 2, 4].map((count) => counter.run({ count }));
    expect(await Promise.all(runs.map(drain))).toEqual([[0, 1, 2], [0, 1], [0, 1, 2, 3]]); // biome-ignore format: a table
    expect(await counter.run({ count: 5 }).result).toBe(10);
  });

  test("of two trainers of one Worker follow one another, too", async () => {
    const worker = await startWorker("count");
    const results = [trainer<typeof count>(worker), trainer<typeof count>(worker)].map(
      (each) => each.run({ count: 4, rests: true }).result,
    );
    expect(await Promise.all(results)).toEqual([6, 6]);
  });

  test("waits for a module that awaits something before it serves", async () => {
    const lateTrainer = trainer<typeof late>(await startWorker("late"));
    expectTypeOf(lateTrainer.run).parameter(0).toEqualTypeOf<undefined>();
    expect(await drain(lateTrainer.run())).toEqual(["late"]);
  });

  test("is made by a trainer that comes long after the Worker", async () => {
    const worker = await startWorker("count");
    await settle();
    expect(await trainer<typeof count>(worker).run({ count: 3 }).result).toBe(3);
  });

  test("leaves other messages of the Worker alone", async () => {
    const worker = await startWorker("count");
    const counter = trainer<typeof count>(worker);
    worker.postMessage("something else");
    worker.postMessage(null);
    expect(await counter.run({ count: 3 }).result).toBe(3);
  });

  test("trains, and gives a file that is moved", async () => {
    const run = trainer<typeof lstm>(await startWorker("lstm")).run({ steps: 20 });
    const losses = await drain(run);
    expect(losses).toHaveLength(20);
    expect(losses.at(-1)).toBeLessThan(0.8 * (losses[0] as number));
    expect(Object.keys(io.safetensors.load(await run.result))).toContain("weight_hh_l0");
  });
});

describe("how far a job is ahead", () => {
  test("of who iterates slowly, is no more than the option says", async () => {
    const log = logOf<{ made: number }>();
    const run = (await startCount()).run(transfer({ count: 1000, log: log.port }, [log.port]), { ahead: 3 });
    const values = run[Symbol.asyncIterator]();
    for (let index = 0; index < 10; index++) expect(await values.next()).toEqual({ done: false, value: index });
    await settle();
    await values.return?.();
    // The one that is asked for when it is stopped was not made.
    expect(await log.written).toEqual({ made: 13, aborted: true });
  });

  test("is nothing beyond a pause", async () => {
    const log = logOf<{ made: number }>();
    const run = (await startCount()).run(transfer({ count: 1e6, log: log.port }, [log.port]), { ahead: 1000 });
    const values = run[Symbol.asyncIterator]();
    await values.next();
    run.pause();
    await settle();
    let seen = 1;
    const next = async () => void (await values.next().then(() => seen++));
    const rest = Array.from({ length: 2000 }, next);
    await settle();
    const paused = seen;
    await settle();
    expect(seen).toBe(paused);
    expect(seen).toBeLessThan(2000);
    run.resume();
    await Promise.all(rest);
    await values.return?.();
    expect((await log.written).made).toBeGreaterThanOrEqual(2000);
  });

  test.each([0, 1.5, "many"])("must not be %s", async (ahead) => {
    const counter = await startCount();
    expect(() => counter.run({ count: 1 }, { ahead: ahead as number })).toThrow("trainer.run: ahead must be an integer >= 1, got ");
  });
});

describe("stopping", () => {
  test("by a signal throws its reason in the loop and as the result, after the job's finally", async () => {
    const counter = await startCount();
    const log = logOf<{ made: number; aborted: boolean }>();
    const controller = new AbortController();
    const run = counter.run(transfer({ count: 1e6, log: log.port }, [log.port]), { signal: controller.signal });
    const reason = new Error("enough");
    let seen = 0;
    await expect(async () => {
      for await (const _ of run) if (++seen === 5) controller.abort(reason);
    }).rejects.toBe(reason);
    await expect(run.result).rejects.toBe(reason);
    const { made, aborted } = await log.written;
    expect(aborted).toBe(true);
    expect(made).toBeGreaterThanOrEqual(5);
    expect(made).toBeLessThan(50);
    expect(await counter.run({ count: 3 }).result).toBe(3);
  });

  test("a job that never awaits anything", async () => {
    const log = logOf<number>();
    const controller = new AbortController();
    const { signal } = controller;
    const run = trainer<typeof busy>(await startWorker("busy")).run(transfer({ ms: 30, log: log.port }, [log.port]), { signal });
    await run[Symbol.asyncIterator]().next();
    controller.abort();
    await expect(run.result).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    expect(await log.written).toBeGreaterThan(0);
    // Not one after the other until there were 8 that nobody asks for.
    expect(await log.written).toBeLessThan(8);
  });

  test("a job that listens to its own signal, whatever it awaits", async () => {
    const controller = new AbortController();
    const run = (await startOdd()).run("waits for ever", { signal: controller.signal });
    const reason = new Error("enough");
    await expect(async () => {
      for await (const _ of run) setTimeout(() => controller.abort(reason), 20);
    }).rejects.toBe(reason);
  });

  test("by leaving the loop", async () => {
    const counter = await startCount();
    const run = counter.run({ count: 1e6 });
    for await (const value of run) if (value === 5) break;
    await expect(run.result).rejects.toThrow("the loop over the run was left");
    expect(await counter.run({ count: 3 }).result).toBe(3);
  });

  test("before it has begun, while it waits for its turn, or after its end", async () => {
    const counter = await startCount();
    await expect(counter.run({ count: 1 }, { signal: AbortSignal.abort(new Error("too late")) }).result).rejects.toThrow("too late");
    const long = counter.run({ count: 1000, rests: true });
    const controller = new AbortController();
    const queued = counter.run({ count: 2 }, { signal: controller.signal });
    await long[Symbol.asyncIterator]().next();
    controller.abort(new Error("not this one"));
    await expect(queued.result).rejects.toThrow("not this one");
    await long[Symbol.asyncIterator]().return?.();
    const ended = new AbortController();
    const run = counter.run({ count: 3 }, { signal: ended.signal });
    expect(await run.result).toBe(3);
    ended.abort();
    expect(await run.result).toBe(3);
  });

  test("an error of its finally is told, not lost", async () => {
    const run = (await startOdd()).run("fails at the end");
    const leave = async () => {
      for await (const value of run) if (value === 1) break;
    };
    await expect(leave).rejects.toThrow("trainer: the job must be free of failures, got ModelError: cannot be cleaned up");
  });

  test("needs a signal, not its controller", async () => {
    const counter = await startCount();
    expect(() => counter.run({ count: 1 }, { signal: new AbortController() as unknown as AbortSignal })).toThrow(
      "trainer.run: signal must be an AbortSignal, got an object; of an AbortController it is its signal",
    );
  });
});

describe("messages", () => {
  test("are received in order", async () => {
    const run = (await startOdd()).run("echoes");
    for (const text of ["one", "two", "enough"]) run.send(text);
    expect(await drain(run)).toEqual(["begun", "one", "two"]);
    expect(await run.result).toBe("echoed");
    run.send("nobody hears this");
  });

  test("a job that waits for one is stopped", async () => {
    const odd = await startOdd();
    const controller = new AbortController();
    const run = odd.run("echoes", { signal: controller.signal });
    await run[Symbol.asyncIterator]().next();
    await settle(20);
    controller.abort();
    await expect(run.result).rejects.toThrow("aborted");
    expect(await odd.run("done").result).toBe("done");
  });

  test("arrays are moved, not copied", async () => {
    const odd = await startOdd();
    const run = odd.run("moves");
    const [, moved] = await drain(run);
    expect(moved).toEqual({ values: Float32Array.of(1, 2, 3) });
    // Moved away, it has no values left.
    expect(await run.result).toEqual(new Uint8Array([0]));
    const values = new Float32Array(4);
    const echoing = odd.run("echoes");
    echoing.send(transfer(values, [values.buffer]) as never);
    expect(values).toHaveLength(0);
    echoing.send("enough");
    expect(await drain(echoing)).toEqual(["begun", new Float32Array(4)]);
  });

  test("what cannot be cloned is refused where it is passed", async () => {
    const odd = await startOdd();
    expect(() => odd.run((() => 1) as never)).toThrow("trainer.run: options must be something that can be cloned, got ");
    const run = odd.run("echoes");
    expect(() => run.send(Symbol("mine") as never)).toThrow("trainer.send: message must be something that can be cloned, got ");
    run.send("enough");
    expect(await run.result).toBe("echoed");
    expect(() => transfer(3 as never, [])).toThrow("transfer: value must be an object, got 3");
    const { buffer } = new Float32Array(2);
    structuredClone(buffer, { transfer: [buffer] });
    const moved = "transfer: objects must be buffers that are still here, got one that was moved before; copy it for each message";
    expect(() => transfer({ buffer }, [buffer])).toThrow(moved);
    expect(() => transfer({}, [new ArrayBuffer(0)])).not.toThrow();
    expect(() => transfer({}, new ArrayBuffer(3) as never)).toThrow("transfer: objects must be an array of what is moved, got ");
  });
});
