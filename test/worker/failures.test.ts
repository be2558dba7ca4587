import { EventEmitter } from "node:events";
import { type Run, serve, type Trainer, trainer, WorkerError } from "unrolled/worker";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { odd as Job } from "./jobs/odd.js";
import { startMissing, startText, startWorker } from "./start.js";

type Odd = typeof Job;

const startOdd = async () => trainer<Odd>(await startWorker("odd"));

/** How a run fails, by its loop and by its result: the same error. */
async function failureOf(run: Run<unknown, unknown, never>): Promise<WorkerError> {
  const inLoop = await (async () => {
    for await (const _ of run);
  })().catch((error) => error);
  await expect(run.result).rejects.toBe(inLoop);
  expect(inLoop).toBeInstanceOf(WorkerError);
  return inLoop;
}

async function expectDead(dead: Trainer<never, unknown, unknown>, message: string): Promise<void> {
  await expect((dead as Trainer<unknown, unknown, unknown>).run({}).result).rejects.toThrow(message);
}

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a job that throws", () => {
  test("an error: its name, message, stack and causes come over, and the Worker goes on", async () => {
    const odd = await startOdd();
    const error = await failureOf(odd.run("error"));
    expect(error.message).toBe("trainer: the job must be free of failures, got ModelError: the weights are gone");
    const cause = error.cause as Error & { cause: Error };
    expect(cause).toMatchObject({ name: "ModelError", message: "the weights are gone" });
    expect(cause.stack).toMatch(/ModelError: the weights are gone\n\s+at .*odd\.mjs:\d+/);
    expect(Object.keys(cause)).toEqual([]);
    expect(cause.cause).toMatchObject({ name: "TypeError", message: "no file", cause: "a text" });
    expect(await odd.run("again").result).toBe("again");
  });

  test.each([
    ["many errors", "AggregateError: both", { errors: [expect.objectContaining({ message: "one" }), "two"] }],
    ["its own cause", "Error: round and round", { cause: expect.objectContaining({ message: "round and round" }) }],
    ["text", '"just a text"', "just a text"],
    ["nothing", "undefined", undefined],
    ["a function", '"() => () => 1"', "() => 1"],
  ])("%s", async (what, shown, cause) => {
    const error = await failureOf((await startOdd()).run(what));
    expect(error.message).toBe(`trainer: the job must be free of failures, got ${shown.replace("() => () => 1", "() => 1")}`);
    if (typeof cause === "object") expect(error.cause).toMatchObject(cause);
    else expect(error.cause).toBe(cause);
  });

  test.each([
    ["yields a function", "what the job yields"],
    ["returns a function", "what the job returns"],
  ])("%s, which cannot be cloned", async (what, shown) => {
    const odd = await startOdd();
    const error = await failureOf(odd.run(what));
    expect(error.message).toContain(`UnrolledError: serve: ${shown} must be something that can be cloned, got `);
    expect(error.message).toContain("of a tensor its data and its shape");
    expect(await odd.run("again").result).toBe("again");
  });

  test("it is no generator function", async () => {
    const error = await failureOf(trainer(await startWorker("not-a-job")).run());
    expect(error.message).toContain(
      "serve: job must be a generator function (function* or async function*), got a function that returns a promise",
    );
  });
});

describe("a Worker that dies", () => {
  test("by process.exit", async () => {
    const odd = await startOdd();
    const error = await failureOf(odd.run("process.exit"));
    expect(error.message).toBe("trainer: the job must be served by a Worker that lives, got a Worker that has ended with code 3");
    await expectDead(odd, "got a Worker that has ended with code 3");
  });

  test("of an error that nobody catches, which fails the runs that wait, too", async () => {
    const odd = await startOdd();
    const [run, next] = [odd.run("uncaught"), odd.run("next")];
    const [error, also] = await Promise.all([failureOf(run), failureOf(next)]);
    expect(error.message).toBe("trainer: the job must be served by a Worker that lives, got ModelError: in a timer");
    expect(error.cause).toMatchObject({ message: "in a timer", stack: expect.stringContaining("odd.mjs") });
    expect(also.cause).toBe(error.cause);
    await expectDead(odd, "in a timer");
  });

  test.each([
    ["does not parse", "broken.mjs", "export const = 3;", "SyntaxError: "],
    ["throws", "throws.mjs", 'throw new RangeError("at once");', "RangeError: at once"],
    ["throws after an await", "later.mjs", 'await null; throw new RangeError("later");', "RangeError: later"],
    ["imports what is not there", "import.mjs", 'import "./nowhere.mjs";', "ERR_MODULE_NOT_FOUND"],
    ["ends without a word", "empty.mjs", "", "a Worker that has ended with code 0"],
  ])("because its module %s", async (_, name, code, message) => {
    const dead = trainer(startText(name, code));
    const error = await failureOf(dead.run());
    expect(`${error.message} ${(error.cause as { code?: string } | undefined)?.code}`).toContain(message);
    await expectDead(dead as never, "trainer: the job must be served by a Worker that lives");
  });

  test("because its module is not there", async () => {
    expect((await failureOf(trainer(startMissing()).run())).message).toContain("missing.mjs");
  });

  test("because it is terminated, by the trainer or without it", async () => {
    const [odd, worker] = [await startOdd(), await startWorker("odd")];
    const run = odd.run("hangs");
    await run[Symbol.asyncIterator]().next();
    await odd.terminate();
    await expect(run.result).rejects.toThrow("trainer: the job must be served by a Worker that lives, got a Worker that was terminated");
    await expectDead(odd, "got a Worker that was terminated");
    const other = trainer<Odd>(worker).run("hangs");
    await other[Symbol.asyncIterator]().next();
    await Promise.all([worker.terminate(), expect(other.result).rejects.toThrow("a Worker that has ended with code 1")]);
    await expectDead(trainer(worker) as never, "got a Worker that had ended before");
  });
});

/** A Worker of the web that does nothing by itself. */
class Silent extends EventTarget {
  readonly posted: unknown[] = [];
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  terminated = 0;
  terminate(): void {
    this.terminated++;
  }
  ready(): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data: { "unrolled/worker": "ready" } }));
  }
}

describe("events", () => {
  test("an error without text: the module cannot be loaded", async () => {
    const worker = new Silent();
    const silent = trainer(worker);
    const run = silent.run();
    const event = new Event("error", { cancelable: true });
    worker.dispatchEvent(event);
    expect((await failureOf(run)).message).toContain(
      'the module cannot be loaded: check its URL, its syntax, and that the Worker was made with { type: "module" }',
    );
    expect(event.defaultPrevented).toBe(true);
    await expectDead(silent as never, "the module cannot be loaded");
    expect(worker.terminated).toBe(1);
  });

  test("an error with text: name, message and place", async () => {
    const worker = new Silent();
    const silent = trainer(worker);
    worker.ready();
    const run = silent.run();
    const details = {
      message: "Uncaught ShapeError: LSTM.forward: input\nmust be",
      filename: "https://a.example/job.js",
      lineno: 3,
      colno: 7,
    };
    const error = () => Object.assign(new Event("error", { cancelable: true }), details);
    worker.dispatchEvent(error());
    const { cause } = await failureOf(run);
    expect(cause).toMatchObject({ name: "ShapeError", message: "LSTM.forward: input\nmust be" });
    expect((cause as Error).stack).toContain("at https://a.example/job.js:3:7");
    await expectDead(silent as never, "LSTM.forward");
  });

  test("an error between runs stays the page's, and the Worker lives", async () => {
    const worker = new Silent();
    const silent = trainer(worker);
    worker.ready();
    const event = Object.assign(new Event("error", { cancelable: true }), { message: "Uncaught Error: in a timer" });
    worker.dispatchEvent(event);
    expect([event.defaultPrevented, worker.terminated]).toEqual([false, 0]);
    silent.run().result.catch(() => undefined);
    expect(worker.posted).toHaveLength(2);
  });

  test.each(["Worker", "EventEmitter"])("a message that cannot be deserialized: %s", async (kind) => {
    const worker = kind === "Worker" ? new Silent() : Object.assign(new EventEmitter(), { postMessage() {}, terminate() {} });
    const run = trainer(worker).run();
    if (worker instanceof Silent) worker.dispatchEvent(new Event("messageerror"));
    else worker.emit("messageerror", new Error("no"));
    expect((await failureOf(run)).message).toContain("got a message of its Worker that cannot be deserialized");
  });

  test("terminate of a Worker of the web, which browsers tell nobody of", async () => {
    const worker = new Silent();
    const run = trainer(worker).run();
    worker.terminate();
    expect((await failureOf(run)).message).toContain("got a Worker that was terminated");
  });

  test("a Worker that closes itself says so before", async () => {
    const worker = new Silent();
    const run = trainer(worker).run();
    worker.dispatchEvent(Object.assign(new Event("message"), { data: { "unrolled/worker": "closing" } }));
    expect((await failureOf(run)).message).toContain("got a Worker that has closed itself");
  });

  test("a Worker that says nothing for ten seconds is warned of", () => {
    vi.useFakeTimers();
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const worker = new Silent();
    const silent = trainer(worker);
    silent.run().result.catch(() => undefined);
    vi.advanceTimersByTime(9_000);
    expect(warn).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("trainer: the Worker has not called serve() for 10 s"));
    silent.run().result.catch(() => undefined);
    worker.ready();
    vi.advanceTimersByTime(11_000);
    expect(warn).toHaveBeenCalledOnce();
  });
});

describe("what is no Worker", () => {
  test.each(["nothing", "its URL", "an object", "an emitter", "a port"])("%s", (what) => {
    const values: Readonly<Record<string, () => unknown>> = {
      "its URL": () => "./job.js",
      "an object": () => ({}),
      "an emitter": () => new EventEmitter(),
      "a port": () => new MessageChannel().port1,
    };
    const value = values[what]?.();
    expect(() => trainer(value as never)).toThrow(
      /^trainer: worker must be a Worker, got .*; new Worker\(new URL\("\.\/job\.js", import\.meta\.url\)/,
    );
  });

  test("serve in the main thread", () => {
    const outside = vi.spyOn(process, "getBuiltinModule").mockReturnValue({ parentPort: null } as never);
    expect(() => serve(async function* () {})).toThrow("serve: it must be called in the module of a Worker, got a call in the main thread");
    outside.mockRestore();
    expect(() => serve(3 as never)).toThrow("serve: job must be a generator function, got 3");
  });
});
