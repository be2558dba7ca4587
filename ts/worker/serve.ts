import { complaint, OptionError, show, UnrolledError } from "../errors.js";
import { RunControl } from "./control.js";
import { describeThrown } from "./failure.js";
import { findHost } from "./host.js";
import type { AnyJob, Job } from "./job.js";
import { type Answer, type Call, type FromJob, isOurs, KEY, listen, type ToJob } from "./protocol.js";
import { takeTransferred } from "./transfer.js";
import { turn } from "./turn.js";

let served = false;

/**
 * Called once in the module of a Worker: says what it does when a `trainer` asks. Runs are done one after the other.
 *
 * @param job a generator function: it yields progress and returns the result. When its run is stopped, it ends at a `yield`, and its `finally` runs
 *
 * @example
 * serve(async function* ({ steps }: { steps: number }) {
 *   await init();
 *   const model = new nn.LSTM(8, 16);
 *   for (let step = 0; step < steps; step++) yield { step, loss: train(model) };
 *   return io.safetensors.save(model.stateDict());
 * });
 */
export function serve<J extends AnyJob>(job: J): void {
  if (typeof job !== "function") throw new OptionError(complaint("serve", "job", "a generator function", show(job)));
  const host = findHost("serve");
  if (served) throw new UnrolledError(complaint("serve", "it", "called once in a Worker", "a second call"));
  served = true;
  let last: Promise<void> = Promise.resolve();
  host.listen((message) => {
    if (!isOurs<Call>(message)) return;
    if (message[KEY] === "hello") host.post({ [KEY]: "ready" } satisfies Answer);
    else {
      const run = accept(job as unknown as AnyRun, message.port);
      last = last.then(run);
    }
  });
  host.beforeClose(() => host.post({ [KEY]: "closing" } satisfies Answer));
  host.post({ [KEY]: "ready" } satisfies Answer);
}

type AnyRun = Job<unknown, unknown, unknown, unknown>;

/** Listens to a run's port at once, so that it can be stopped while it waits for its turn; returns what does it then. */
function accept(job: AnyRun, port: MessagePort): () => Promise<void> {
  const control = new RunControl();
  let open = true;
  let begun = false;
  const end = (message: FromJob): void => {
    if (open) answer(port, message);
    open = false;
    port.close();
  };
  const options = new Promise<unknown>((resolve) => {
    const heard = (message: ToJob): void => {
      if (message.type === "start") resolve(message.options);
      obey(control, message);
      if (control.stopped && !begun) end({ type: "stopped" });
    };
    listen(port, heard, () => {
      const expected = "a message that can be deserialized here";
      control.stop(new UnrolledError(complaint("serve", "what the page sends", expected, "one that cannot")));
      resolve(undefined);
    });
  });
  return async () => {
    const given = await Promise.race([options, aborted(control.signal)]);
    begun = true;
    if (open) end(await drive(job, given, control, port));
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function obey(control: RunControl, message: ToJob): void {
  if (message.type === "start") control.more(message.ahead);
  else if (message.type === "more") control.more(message.count);
  else if (message.type === "message") control.message(message.message);
  else if (message.type === "stop") control.stop();
  else control.pause(message.type === "pause");
}

/** Draws all values out of a job; returns how it has ended. */
async function drive(job: AnyRun, options: unknown, control: RunControl, port: MessagePort): Promise<FromJob> {
  try {
    const end = control.stopped ? undefined : await exhaust(checkGenerator(job(options, control)), control, port);
    if (control.failure !== undefined) throw control.failure;
    return end === undefined ? { type: "stopped" } : { type: "result", value: end.value };
  } catch (thrown) {
    // A job that heeds its signal throws the signal's reason.
    if (control.stopped && thrown === control.signal.reason && control.failure === undefined) return { type: "stopped" };
    return { type: "failed", thrown: describeThrown(thrown) };
  }
}

/** Undefined if it was stopped before its end. */
async function exhaust(values: ReturnType<AnyRun>, control: RunControl, port: MessagePort): Promise<{ value: unknown } | undefined> {
  try {
    while (!control.stopped) {
      const { done, value } = await values.next();
      if (done) return { value };
      answer(port, { type: "progress", value });
      // At least one turn of the event loop: in it the page's messages come in.
      await Promise.all([control.spend(), turn()]);
    }
    return undefined;
  } finally {
    // Runs the generator's own `finally`; if it has ended, does nothing.
    await values.return(undefined);
  }
}

function checkGenerator(made: ReturnType<AnyRun>): ReturnType<AnyRun> {
  if (typeof made?.next === "function" && typeof made.return === "function") return made;
  const actual = made instanceof Promise ? "a function that returns a promise" : `a function that returns ${show(made)}`;
  throw new OptionError(complaint("serve", "job", "a generator function (function* or async function*)", actual));
}

/** What cannot be cloned, or moved, is the job's failure. */
function answer(port: MessagePort, message: FromJob): void {
  const moved = "value" in message ? takeTransferred(message.value) : [];
  try {
    port.postMessage(message, moved as Transferable[]);
  } catch (cause) {
    if (message.type === "progress") throw notSent("what the job yields", cause);
    port.postMessage({ type: "failed", thrown: describeThrown(notSent("what the job returns", cause)) } satisfies FromJob);
  }
}

function notSent(what: string, cause: unknown): UnrolledError {
  const hint = "send plain objects, numbers, texts and typed arrays: of a tensor its data and its shape";
  const actual = cause instanceof Error ? `"${cause.message}"` : String(cause);
  return new UnrolledError(complaint("serve", what, "something that can be cloned", actual, hint), { cause });
}
