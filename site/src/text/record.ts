import { GrowingCurve } from "../common/curve.js";
import { byId } from "../common/dom.js";
import { count, short, whole } from "../common/format.js";
import { type Plot, plot } from "../common/plot.js";
import type { Progress } from "./protocol.js";

/** Milliseconds between two points of the curve. */
const SPACING = 500;

/** A mean that forgets: a tenth of it is the newest value, and in the beginning it is the mean of all. */
class Mean {
  #value: number = Number.NaN;
  #count: number = 0;

  add(value: number): number {
    this.#count++;
    this.#value = this.#count === 1 ? value : this.#value + (value - this.#value) * Math.max(1 / this.#count, 0.1);
    return this.#value;
  }
}

/** How learning gets on: the four figures and the curve. */
export class Record {
  readonly #plot: Plot;
  #curve: GrowingCurve = new GrowingCurve(3);
  #loss: Mean = new Mean();
  #speed: Mean = new Mean();
  #drawn: number = 0;
  #heldOut: number | undefined;
  step: number = 0;

  constructor() {
    this.#plot = plot(byId("text-plot"), {
      x: "training step",
      curves: [
        { label: "what it reads", color: "--accent", width: 1.5 },
        { label: "unseen text", color: "--warm", width: 2.5 },
      ],
      height: 290,
      format: (value) => value.toFixed(2),
    });
    this.#plot.describe("No curve yet.");
  }

  clear(): void {
    this.#curve = new GrowingCurve(3);
    [this.#loss, this.#speed, this.#drawn, this.#heldOut, this.step] = [new Mean(), new Mean(), 0, undefined, 0];
    this.#plot.show([[], [], []]);
    for (const id of ["text-bits", "text-loss", "text-speed", "text-read"]) byId(id).textContent = "–";
  }

  /** Shows the numbers; returns where learning is, in a few words. */
  note({ step, characters, loss, charactersPerSecond, heldOut }: Progress): { step: number; bits: number | undefined } {
    this.step = step;
    const mean = this.#loss.add(loss);
    byId("text-loss").textContent = mean.toFixed(3);
    byId("text-speed").textContent = whole(Number(this.#speed.add(charactersPerSecond).toPrecision(3)));
    byId("text-read").textContent = whole(characters);
    if (heldOut !== null) {
      this.#heldOut = heldOut;
      byId("text-bits").textContent = heldOut.toFixed(2);
      this.#draw(step, mean / Math.LN2, heldOut);
    }
    return { step, bits: this.#heldOut };
  }

  #draw(step: number, read: number, heldOut: number): void {
    this.#curve.add(step, read, heldOut);
    const now = performance.now();
    if (now - this.#drawn < SPACING / 2) return;
    this.#drawn = now;
    this.#plot.show(this.#curve.columns as [number[], number[], number[]]);
    this.#plot.describe(`Curve: ${this.sentence()}`);
  }

  sentence(): string {
    return `${count(this.step, "step")}: ${this.#heldOut === undefined ? "" : `${short(this.#heldOut)} bits per character of unseen text.`}`;
  }
}
