/** What a job sees of who runs it. */
export interface Control<Message = never> {
  /** Aborted when the run is to stop: for what the job awaits. The generator itself ends at its next `yield`, by way of `finally`. */
  readonly signal: AbortSignal;
  /** The oldest message of `run.send` that was not read yet, if there is one. They come in while the job waits: at `yield`, or for something else. */
  poll(): Message | undefined;
  /** Waits for the next message. Rejects when the run is to stop. */
  receive(): Promise<Message>;
}

/** A {@link Control}, and what the loop that drives the job needs. */
export class RunControl implements Control<unknown> {
  static readonly name: string = "RunControl";
  readonly #abort = new AbortController();
  readonly #messages: unknown[] = [];
  /** Why the run cannot go on. */
  failure: unknown;
  #credit = 0;
  #paused = false;
  #wake: (() => void)[] = [];

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  poll(): unknown {
    return this.#messages.shift();
  }

  async receive(): Promise<unknown> {
    while (this.#messages.length === 0) {
      this.#abort.signal.throwIfAborted();
      await this.#change();
    }
    return this.#messages.shift();
  }

  /** A value was yielded: waits until there may be another one. */
  async spend(): Promise<void> {
    this.#credit--;
    while (!this.stopped && (this.#paused || this.#credit <= 0)) await this.#change();
  }

  more(count: number): void {
    this.#credit += count;
    this.#changed();
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    this.#changed();
  }

  message(message: unknown): void {
    this.#messages.push(message);
    this.#changed();
  }

  /** @param failure why, if it is not the page that wants it */
  stop(failure?: unknown): void {
    this.failure ??= failure;
    this.#abort.abort();
    this.#changed();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #changed(): void {
    const woken = this.#wake;
    this.#wake = [];
    for (const wake of woken) wake();
  }
}
