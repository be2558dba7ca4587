import { EXIT } from "../command.js";

/** Listens for Ctrl-C, for what ends programs politely, and for a reader of the output that has had enough. The first is noted, a second Ctrl-C ends the program as always. */
export class Interrupt {
  static readonly name: string = "Interrupt";
  #code: number | null = null;
  readonly #onInterrupt = (): void => this.#note("SIGINT", EXIT.interrupted);
  readonly #onTerminate = (): void => this.#note("SIGTERM", EXIT.terminated);

  constructor() {
    process.once("SIGINT", this.#onInterrupt);
    process.once("SIGTERM", this.#onTerminate);
    process.once("SIGPIPE", this.#onInterrupt);
  }

  /** The exit code that it asks for; null if it has not come. */
  get code(): number | null {
    return this.#code;
  }

  #note(_signal: string, code: number): void {
    this.#code ??= code;
  }

  /** Listens no more. */
  stop(): void {
    process.off("SIGINT", this.#onInterrupt);
    process.off("SIGTERM", this.#onTerminate);
    process.off("SIGPIPE", this.#onInterrupt);
  }
}
