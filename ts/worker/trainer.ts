import { complaint, OptionError, show } from "../errors.js";
import { checkInteger, checkOptions } from "../options.js";
import type { AnyJob, Job, MessageOf, OptionsOf, ProgressOf, ResultOf } from "./job.js";
import { type Answer, type Call, isOurs, KEY } from "./protocol.js";
import { JobRun, type Run } from "./run.js";
import { type Death, watch } from "./watch.js";

/** A Worker of the web, of Deno or Bun, or of `node:worker_threads`. */
export interface WorkerLike {
  postMessage(message: unknown, transfer: never[]): void;
  terminate(): unknown;
}

/** How a job is run. */
export interface RunOptions {
  /** Stops the run. @default none */
  readonly signal?: AbortSignal | undefined;
  /** How many values the job may have yielded that were not asked for yet, before it waits. @default 8 */
  readonly ahead?: number | undefined;
}

/** The page's side of a Worker that serves a job. */
export interface Trainer<Options, Progress, Result, Message = never> {
  /**
   * Starts the job, after the runs that were started before. The options are copied to the Worker (see {@link transfer}).
   *
   * Throws an `OptionError` if they cannot be cloned; all else that fails, fails in the run.
   */
  run(
    ...args: undefined extends Options ? [options?: Options, how?: RunOptions] : [options: Options, how?: RunOptions]
  ): Run<Progress, Result, Message>;
  /** Ends the Worker at once, whatever it does, and fails its runs. */
  terminate(): Promise<void>;
}

/** After so long without a word from a Worker, a warning says what may be wrong. */
const SILENCE_MS = 10_000;

/**
 * Runs the job that a Worker serves.
 *
 * The Worker is made by the caller, so that bundlers find its module, and needs neither shared memory nor the headers COOP and COEP.
 * One that dies (an error that nobody catches, `process.exit`, a module that does not load or parse, `terminate`) fails its runs and all later ones with a `WorkerError`.
 *
 * @example
 * import type { job } from "./job.js"; // export async function* job(options: { steps: number }) { … }   serve(job);
 * const worker = new Worker(new URL("./job.js", import.meta.url), { type: "module" });
 * const run = trainer<typeof job>(worker).run({ steps: 1000 }, { signal });
 * for await (const { step, loss } of run) console.log(step, loss);
 * const bytes = await run.result;
 */
export function trainer<J extends AnyJob = Job<unknown, unknown, unknown, unknown>>(
  worker: WorkerLike,
): Trainer<OptionsOf<J>, ProgressOf<J>, ResultOf<J>, MessageOf<J>> {
  return new WorkerTrainer(worker) as Trainer<OptionsOf<J>, ProgressOf<J>, ResultOf<J>, MessageOf<J>>;
}

class WorkerTrainer implements Trainer<unknown, unknown, unknown, unknown> {
  static readonly name: string = "WorkerTrainer";
  readonly #worker: WorkerLike;
  readonly #runs = new Set<JobRun<unknown, unknown, unknown>>();
  #ready = false;
  #death: Death | undefined;

  constructor(worker: WorkerLike) {
    this.#worker = worker;
    watch("trainer", worker, {
      heard: (message) => this.#heard(message),
      died: (death) => this.#died(death),
    });
    this.#post({ [KEY]: "hello" });
  }

  run(options?: unknown, how?: RunOptions): Run<unknown, unknown, unknown> {
    const { signal, ahead } = checkHow(how);
    const run = new JobRun<unknown, unknown, unknown>(options, ahead);
    this.#runs.add(run);
    const abort = () => run.stop(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    run.ended.then(() => {
      this.#runs.delete(run);
      signal?.removeEventListener("abort", abort);
    });
    if (signal?.aborted) abort();
    else if (this.#death !== undefined) fail(run, this.#death);
    else if (this.#ready) this.#deliver(run);
    else warnOfSilence(() => !this.#ready && this.#runs.has(run));
    return run;
  }

  async terminate(): Promise<void> {
    this.#died({ actual: "a Worker that was terminated", forGood: true });
    await this.#worker.terminate();
  }

  #deliver(run: JobRun<unknown, unknown, unknown>): void {
    run.deliver((port) => this.#post({ [KEY]: "run", port }, [port]));
  }

  #post(call: Call, moved: readonly object[] = []): void {
    this.#worker.postMessage(call, moved as never[]);
  }

  #heard(message: unknown): void {
    if (!isOurs<Answer>(message)) return;
    if (message[KEY] === "closing") this.#died({ actual: "a Worker that has closed itself", forGood: true });
    else {
      this.#ready = true;
      for (const run of this.#runs) this.#deliver(run);
    }
  }

  /**
   * Returns whether there is a run that is told of it.
   *
   * An error that nobody has caught ends the Worker, as it does in Node and Deno, while browsers let it go on: its job may never come to an end, and
   * keep the next ones from their turn. One that comes between runs is no business of theirs.
   */
  #died(death: Death): boolean {
    const told = this.#runs.size > 0;
    if (death.uncaught && this.#ready && !told) return false;
    if (death.forGood) this.#death ??= death;
    for (const run of this.#runs) fail(run, death);
    if (death.uncaught) this.#worker.terminate();
    return told;
  }
}

function fail(run: JobRun<unknown, unknown, unknown>, { actual, cause }: Death): void {
  run.fail("served by a Worker that lives", actual, cause);
}

function checkHow(how: RunOptions | undefined): { signal: AbortSignal | undefined; ahead: number } {
  const { signal, ahead } = checkOptions<Record<keyof RunOptions, unknown>>("trainer.run", how, { signal: undefined, ahead: 8 });
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new OptionError(complaint("trainer.run", "signal", "an AbortSignal", show(signal), "of an AbortController it is its signal"));
  }
  return { signal, ahead: checkInteger("trainer.run", "ahead", ahead, { min: 1 }) };
}

function warnOfSilence(isSilent: () => boolean): void {
  const timer: unknown = setTimeout(() => {
    if (!isSilent()) return;
    console.warn(
      `trainer: the Worker has not called serve() for ${SILENCE_MS / 1000} s: does its module do so, and was it made with { type: "module" }?`,
    );
  }, SILENCE_MS);
  // Node's timers can let a program end.
  (timer as { unref?(): void }).unref?.();
}
