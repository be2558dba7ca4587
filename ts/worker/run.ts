import { complaint, OptionError } from "../errors.js";
import { reviveThrown, showThrown, WorkerError } from "./failure.js";
import { type FromJob, listen, type ToJob } from "./protocol.js";
import { takeTransferred } from "./transfer.js";

/**
 * One run of a job: iterate it for its progress, await `result` for what it returns.
 *
 * Leaving the loop stops the run. A run that failed or was stopped throws in the loop, and rejects `result`.
 * While nobody iterates, the job does not wait, and only the newest progress is kept; from the first `for await` on it is never ahead by more than
 * the option `ahead` says.
 */
export interface Run<Progress, Result, Message = never> extends AsyncIterable<Progress> {
  /** What the job returns. Rejects with a {@link WorkerError}, or with the signal's reason, once the job's `finally` has run. */
  readonly result: Promise<Result>;
  /** Sends the job a message, see {@link Control}. When the run is over, nothing happens. */
  send(message: Message): void;
  /** Lets the job wait at its next `yield`. */
  pause(): void;
  resume(): void;
  [Symbol.asyncIterator](): AsyncIterator<Progress, Result, undefined>;
}

/** How a run has ended. */
type End<Result> = { readonly result: Result } | { readonly error: unknown; readonly stopped: boolean };

type Step<Progress, Result> = IteratorResult<Progress, Result>;

/** For how long after the end of its port a run waits to hear why the Worker has died. */
const LAST_WORDS_MS = 500;

/** The page's side of a run. */
export class JobRun<Progress, Result, Message> implements Run<Progress, Result, Message> {
  static readonly name: string = "JobRun";
  readonly result: Promise<Result>;
  /** For the Worker, once it is ready; undefined after that. */
  #jobPort: MessagePort | undefined;
  readonly #port: MessagePort;
  readonly #ahead: number;
  /** How many values the job may still yield. */
  #credit: number;
  #values: Progress[] = [];
  #waiting: { resolve(step: Step<Progress, Result>): void; reject(error: unknown): void }[] = [];
  #iterated = false;
  #stopReason: { readonly reason: unknown } | undefined;
  #end: End<Result> | undefined;
  #told = false;
  #settle: (end: End<Result>) => void = () => undefined;
  readonly #ended: Promise<void>;

  constructor(options: unknown, ahead: number) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#jobPort = port2;
    this.#ahead = this.#credit = ahead;
    this.result = new Promise((resolve, reject) => {
      this.#settle = (end) => ("error" in end ? reject(end.error) : resolve(end.result));
    });
    this.#ended = this.result.then(() => undefined).catch(() => undefined);
    listen<FromJob>(
      port1,
      (message) => this.#heard(message),
      () => this.fail("readable here", "a message that cannot be deserialized"),
    );
    port1.addEventListener("close", () => {
      if (this.#end === undefined) setTimeout(() => this.fail("alive until its end", "a Worker that has ended"), LAST_WORDS_MS);
    });
    try {
      this.#post("run", "options", { type: "start", options, ahead }, takeTransferred(options));
    } catch (error) {
      port1.close();
      throw error;
    }
  }

  /** Resolves when it is over, however that was. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Calls `send` with the port of the job, if it was not sent yet and is still wanted. */
  deliver(send: (port: MessagePort) => void): void {
    const port = this.#jobPort;
    this.#jobPort = undefined;
    if (port !== undefined && this.#end === undefined) send(port);
  }

  send(message: Message): void {
    this.#post("send", "message", { type: "message", message }, takeTransferred(message));
  }

  pause(): void {
    this.#post("pause", "it", { type: "pause" });
  }

  resume(): void {
    this.#post("resume", "it", { type: "resume" });
  }

  /** Has it stopped by the job at its next `yield`; at once if it has not begun. */
  stop(reason: unknown): void {
    if (this.#end !== undefined || this.#stopReason !== undefined) return;
    this.#stopReason = { reason };
    this.#handled();
    this.#post("stop", "it", { type: "stop" });
    if (this.#jobPort !== undefined) this.#heard({ type: "stopped" });
  }

  /** Ends it with a {@link WorkerError}, if it has not ended; a job that is still there is stopped. */
  fail(expected: string, actual: string, cause?: unknown): void {
    if (this.#end !== undefined) return;
    const error = new WorkerError(complaint("trainer", "the job", expected, actual), cause === undefined ? undefined : { cause });
    this.#post("stop", "it", { type: "stop" });
    this.#finish({ error, stopped: false });
  }

  [Symbol.asyncIterator](): AsyncIterator<Progress, Result, undefined> {
    this.#iterated = true;
    this.#handled();
    return { next: () => this.#next(), return: () => this.#leave() };
  }

  /** Whoever iterates, or has it stopped, is told of the end by that, and need not look at `result`. */
  #handled(): void {
    this.result.catch(() => undefined);
  }

  #next(): Promise<Step<Progress, Result>> {
    if (this.#values.length > 0) {
      const value = this.#values.shift();
      this.#grant();
      return Promise.resolve({ done: false, value: value as Progress });
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#end !== undefined) this.#tell(this.#end);
    });
  }

  async #leave(): Promise<Step<Progress, Result>> {
    this.stop(new DOMException("the loop over the run was left", "AbortError"));
    await this.#ended;
    const end = this.#end;
    if (end !== undefined && "error" in end && !end.stopped && !this.#told) throw end.error;
    this.#told = true;
    return { done: true, value: undefined as Result };
  }

  #heard(message: FromJob): void {
    if (message.type === "progress") {
      this.#credit--;
      this.#take(message.value as Progress);
    } else if (message.type === "result") this.#finish({ result: message.value as Result });
    else if (message.type === "stopped") this.#finish({ error: this.#stopReason?.reason, stopped: true });
    else {
      const cause = reviveThrown(message.thrown);
      this.fail("free of failures", showThrown(cause), cause);
    }
  }

  #take(value: Progress): void {
    if (this.#stopReason !== undefined) return;
    const first = this.#waiting.shift();
    if (first !== undefined) first.resolve({ done: false, value });
    else this.#values.push(value);
    if (!this.#iterated && this.#values.length > this.#ahead) this.#values.shift();
    this.#grant();
  }

  /** Lets the job yield as many values as it may be ahead by. */
  #grant(): void {
    const count = this.#ahead - this.#credit - (this.#iterated ? this.#values.length : 0);
    if (count <= 0 || this.#end !== undefined) return;
    this.#credit += count;
    this.#post("run", "it", { type: "more", count });
  }

  #post(where: string, what: string, message: ToJob, moved: readonly object[] = []): void {
    if (this.#end !== undefined) return;
    try {
      this.#port.postMessage(message, moved as Transferable[]);
    } catch (cause) {
      const actual = cause instanceof Error ? `"${cause.message}"` : String(cause);
      throw new OptionError(complaint(`trainer.${where}`, what, "something that can be cloned", actual), { cause });
    }
  }

  #finish(end: End<Result>): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#port.close();
    this.#jobPort?.close();
    if ("error" in end && end.stopped) this.#values = [];
    this.#settle(end);
    this.#tell(end);
  }

  /** The first of those who wait for a value is told of the end, the others only that it is over. */
  #tell(end: End<Result>): void {
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      const first = !this.#told;
      this.#told = true;
      if (first && "error" in end) reject(end.error);
      else resolve({ done: true, value: (first && "result" in end ? end.result : undefined) as Result });
    }
  }
}
