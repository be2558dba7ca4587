import { setImmediate as turn } from "node:timers/promises";
import { io } from "unrolled";
import type { RunFolder } from "../run-folder.js";
import { type Narrator, print } from "../terminal/output.js";
import { duration, short, whole } from "../terminal/words.js";
import { Interrupt } from "./interrupt.js";
import { metricsCsv } from "./metrics-csv.js";
import type { EpochRecord, StepProgress, Trainer } from "./trainer.js";

export interface Session {
  readonly folder: RunFolder;
  readonly trainer: Trainer;
  readonly narrator: Narrator;
  /** What is counted, "windows". */
  readonly unit: string;
  /** Whether machines read standard output. */
  readonly json: boolean;
  /** What a loss is called and how it is shown. */
  readonly measure: { readonly name: string; readonly of: (loss: number) => number };
}

/** Between two saves there are at least so many seconds, so that short epochs are not spent on the disk. */
const SAVE_EVERY = 5;
/** Lines that stay are at least so many seconds apart. */
const SAY_EVERY = 1;

/** One JSON object for machines. */
export function emit(session: Pick<Session, "json">, event: string, contents: object): Promise<void> {
  return session.json ? print(`${JSON.stringify({ event, ...contents })}\n`) : Promise.resolve();
}

/** Saves all that going on needs, and the best model so far. */
export async function save({ folder, trainer }: Session): Promise<void> {
  await folder.write("checkpoint", trainer.save());
  await folder.write("model", io.safetensors.save(trainer.bestWeights));
  await folder.write("metrics", metricsCsv(trainer.history));
}

/**
 * Trains until the end or until a signal, says how it gets on, and saves.
 *
 * @returns why it ended, and the exit code of an interruption
 */
export async function runSession(session: Session): Promise<{ end: "epochs" | "patience" } | { interrupted: number }> {
  const { trainer, narrator } = session;
  const interrupt = new Interrupt();
  // The model before training is saved, too: an epoch can take long, and whatever ends the program, there is something to go on from.
  let saved = Number.NEGATIVE_INFINITY;
  const lines = new Lines(session);
  try {
    for (const progress of trainer.run()) {
      if (progress.kind === "step") lines.step(progress);
      if (progress.kind === "epoch") {
        lines.epoch(progress.record, progress.best);
        await emit(session, "epoch", { ...progress.record, best: progress.best });
        if (performance.now() - saved > SAVE_EVERY * 1000) {
          await save(session);
          saved = performance.now();
        }
      }
      await turn();
      if (interrupt.code !== null) break;
    }
  } finally {
    narrator.stop();
    interrupt.stop();
  }
  await save(session);
  const { end } = trainer;
  return end === null ? { interrupted: interrupt.code! } : { end };
}

/** What is shown of a training: a line that changes, and lines that stay. */
class Lines {
  static readonly name: string = "Lines";
  readonly #session: Session;
  #said = Number.NEGATIVE_INFINITY;
  #last: StepProgress | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  #validation(): string {
    const { trainer, measure } = this.#session;
    const { best } = trainer;
    const last = trainer.history.at(-1);
    if (best === undefined || last === undefined) return "";
    return ` · validation ${short(measure.of(last.validation))} (best ${short(measure.of(best.validation))}, epoch ${best.epoch})`;
  }

  step(progress: StepProgress): void {
    this.#last = progress;
    const { narrator, measure, trainer, unit } = this.#session;
    narrator.live(() => {
      const cells = Math.max(8, Math.min(24, narrator.width - 110));
      const full = Math.round(progress.fraction * cells);
      const text = [
        `epoch ${progress.epoch}/${trainer.options.epochs} ${"━".repeat(full)}${"─".repeat(cells - full)} ${Math.floor(progress.fraction * 100)} %`,
        `${measure.name} ${short(measure.of(progress.loss))}${this.#validation()}`,
        `${whole(progress.unitsPerSecond)} ${unit}/s`,
        `${this.#left(progress)} left`,
      ].join(" · ");
      return text.slice(0, narrator.width);
    });
  }

  /** Training may end earlier, but no later. */
  #left({ secondsLeft }: StepProgress): string {
    return `${this.#session.trainer.options.patience > 0 ? "≤ " : ""}${duration(secondsLeft)}`;
  }

  epoch(record: EpochRecord, best: boolean): void {
    const { narrator, trainer, measure, unit } = this.#session;
    const isLast = trainer.end !== null;
    if (!isLast && record.epoch > 1 && performance.now() - this.#said < SAY_EVERY * 1000) return;
    this.#said = performance.now();
    const mark = best ? narrator.paint("green", " *") : "";
    if (record.loss === null) {
      narrator.say(`epoch 0: validation ${short(measure.of(record.validation))} before training`);
      return;
    }
    const speed = this.#last === undefined ? "" : ` · ${whole(this.#last.unitsPerSecond)} ${unit}/s · ${this.#left(this.#last)} left`;
    const losses = `${measure.name} ${short(measure.of(record.loss))} · validation ${short(measure.of(record.validation))}`;
    narrator.say(`epoch ${record.epoch}/${trainer.options.epochs}: ${losses}${mark}${isLast ? "" : speed}`);
  }
}
