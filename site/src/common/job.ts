import { type AnyJob, type MessageOf, type OptionsOf, type ProgressOf, type Run, type Trainer, trainer } from "unrolled/worker";
import type { PanelName } from "../worker.js";

type TrainerOf<J extends AnyJob> = Trainer<OptionsOf<J>, ProgressOf<J>, unknown, MessageOf<J>>;
type RunOf<J extends AnyJob> = Run<ProgressOf<J>, unknown, MessageOf<J>>;

/**
 * A worker that is asked one thing after the other: a new question stops the answers to the one before.
 *
 * The worker starts with the first question, and anew after something has failed in it.
 */
export class Job<J extends AnyJob> {
  readonly #name: PanelName;
  #trainer: TrainerOf<J> | undefined;
  #asked: { readonly controller: AbortController; readonly run: RunOf<J> } | undefined;

  /** @param name whose worker it is */
  constructor(name: PanelName) {
    this.#name = name;
  }

  /**
   * Asks, and calls `see` for each answer.
   *
   * @returns true at the end of the answers, false if they were stopped
   * @throws what the worker throws
   */
  async ask(request: OptionsOf<J>, see: (answer: ProgressOf<J>) => void): Promise<boolean> {
    this.#asked?.controller.abort();
    this.#trainer ??= trainer<J>(this.#work()) as TrainerOf<J>;
    const ask = this.#trainer.run as (request: OptionsOf<J>, how: { signal: AbortSignal }) => RunOf<J>;
    const controller = new AbortController();
    const { signal } = controller;
    const run = ask.call(this.#trainer, request, { signal });
    const asked = { controller, run };
    this.#asked = asked;
    try {
      for await (const answer of run) if (!signal.aborted) see(answer);
      return !signal.aborted;
    } catch (error) {
      if (signal.aborted) return false;
      await this.#trainer?.terminate();
      this.#trainer = undefined;
      throw error;
    } finally {
      if (this.#asked === asked) this.#asked = undefined;
    }
  }

  #work(): Worker {
    // The literal form is what Vite finds.
    return new Worker(new URL("../worker.ts", import.meta.url), { type: "module", name: this.#name });
  }

  /** Tells the worker something while it answers. */
  send(message: MessageOf<J>): void {
    this.#asked?.run.send(message);
  }

  /** Stops the answers, and waits until the worker has stopped, too. */
  async stop(): Promise<void> {
    const asked = this.#asked;
    asked?.controller.abort();
    await asked?.run.result.catch(() => undefined);
  }
}
