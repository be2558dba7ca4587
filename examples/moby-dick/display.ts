import type { WriteStream } from "node:tty";
import { styleText } from "node:util";
import { MultiBar, type SingleBar } from "cli-progress";
import { bits } from "./evaluate.js";
import type { Progress } from "./train.js";

/** Shows how the training gets on. */
export interface Display {
  /** After each step; `loss` is a mean over the last steps, in nats. */
  show(progress: Progress, loss: number): void;
  /** Shows lines of text that stay, between empty lines. */
  log(text: string): void;
  /** Nothing more is shown. */
  stop(): void;
}

/** A progress bar on a terminal; lines of plain text elsewhere. */
export function createDisplay(stream: WriteStream): Display {
  return stream.isTTY && process.env["TERM"] !== "dumb" ? new BarDisplay(stream) : new LineDisplay(stream);
}

/** Writes a number of things as people do. */
export const whole: Intl.NumberFormat = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** What the bar and the lines say. */
function describe({ characters, seconds, fraction }: Progress, loss: number): string[] {
  const left = fraction > 0 ? (seconds / fraction) * (1 - fraction) : 0;
  return [
    `loss ${loss.toFixed(3)}`,
    `${bits(loss).toFixed(2)} bits/char`,
    `${whole.format(characters / seconds)} chars/s`,
    `${time(left)} left`,
  ];
}

/** `42 s`, `3 min 05 s`, `2 h 10 min` */
export function time(seconds: number): string {
  const rounded = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  if (rounded < 60) return `${rounded} s`;
  if (rounded < 3600) return `${Math.floor(rounded / 60)} min ${two(rounded % 60)} s`;
  return `${Math.floor(rounded / 3600)} h ${two(Math.floor((rounded % 3600) / 60))} min`;
}

/** A text under a title, in lines that fit a terminal. */
export function quote(title: string, text: string): string {
  const lines = text.trim().replaceAll(/(?![^\n]{1,76}$)([^\n]{1,76})\s/gm, "$1\n");
  return `${title}\n${lines.replaceAll(/^/gm, "│ ")}\n`;
}

/** A line for each twentieth of the training. */
class LineDisplay implements Display {
  readonly #stream: NodeJS.WritableStream;
  #shown = 0;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  show(progress: Progress, loss: number): void {
    if (Math.floor(progress.fraction * 20) <= this.#shown) return;
    this.#shown = Math.floor(progress.fraction * 20);
    const percent = `${Math.round(progress.fraction * 100)} %`.padStart(5);
    this.#stream.write(`${percent} · step ${progress.step} · ${describe(progress, loss).join(" · ")}\n`);
  }

  log(text: string): void {
    this.#stream.write(`\n${text}\n`);
  }

  stop(): void {}
}

/** A bar that stays at the bottom, with the samples above it. */
class BarDisplay implements Display {
  readonly #bars: MultiBar;
  readonly #bar: SingleBar;
  readonly #color: (format: Parameters<typeof styleText>[0], text: string) => string;

  constructor(stream: WriteStream) {
    // hasColors() heeds NO_COLOR.
    this.#color = stream.hasColors() ? styleText : (_, text) => text;
    this.#bars = new MultiBar({
      stream,
      format: `${this.#color("cyan", "{bar}")} {percentage} % · {description}`,
      barCompleteChar: "━",
      barIncompleteChar: "─",
      barsize: Math.max(10, Math.min(40, stream.columns - 80)),
      hideCursor: true,
      // Ctrl-C is the program's to answer.
      gracefulExit: false,
    });
    this.#bar = this.#bars.create(1, 0, { description: "" });
  }

  show(progress: Progress, loss: number): void {
    this.#bar.update(progress.fraction, { description: describe(progress, loss).join(" · ") });
  }

  log(text: string): void {
    this.#bars.log(`\n${text}\n`);
  }

  stop(): void {
    this.#bars.stop();
  }
}
