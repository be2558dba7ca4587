/** The panel "Twin": PyTorch's losses from the log, and those of a training here. */

import log from "../../../examples/twin/log/torch.json";
import { button, byId } from "../common/dom.js";
import { count, short, whole } from "../common/format.js";
import { Job } from "../common/job.js";
import { plot } from "../common/plot.js";
import { Status } from "../common/status.js";
import type { Answer, answer } from "./session.js";

const STEPS = log.losses.length;
/** The steps in which rounding has not grown yet, as in examples/twin. */
const EARLY = 40;
/** The last bit of a float32 between 2 and 4, where most of the losses lie; less is drawn as the same. */
const LAST_BIT = 2 ** -22;
const FLOOR = 1e-7;
/** Milliseconds between two drawings. */
const SPACING = 200;

const steps = log.losses.map((_, index) => index + 1);
const bitsOf = (losses: readonly number[]) => losses.map((loss) => loss / Math.LN2);
const theirs = bitsOf(log.losses);

class TwinPanel {
  readonly #job: Job<typeof answer> = new Job("twin");
  readonly #status: Status = new Status("twin-status");
  readonly #losses = plot(byId("twin-losses"), {
    x: "training step",
    curves: [
      { label: "PyTorch", color: "--torch", width: 8 },
      { label: "this tab", color: "--accent", width: 1.75 },
    ],
    format: (value) => value.toFixed(2),
  });
  readonly #differences = plot(byId("twin-differences"), {
    x: "training step",
    log: true,
    range: (_, most) => [FLOOR, Math.max(1e-3, most)],
    curves: [
      { label: "difference", color: "--accent", points: true },
      { label: "last bit of a float32 between 2 and 4", color: "--muted", width: 1, dash: [3, 4], valued: false },
    ],
  });
  #ours: number[] = [];
  #speeds: number[] = [];
  #drawn: number = 0;
  #running: boolean = false;

  constructor() {
    button("twin-go").addEventListener("click", () => void (this.#running ? this.#stop() : this.#run()));
    this.#draw();
  }

  #enter(running: boolean): void {
    this.#running = running;
    button("twin-go").textContent = running ? "Stop" : this.#ours.length > 0 ? "Train it again" : "Train the twin";
  }

  async #stop(): Promise<void> {
    await this.#job.stop();
    this.#draw();
    this.#enter(false);
    this.#status.say(`Stopped after ${count(this.#ours.length, "step")}.`);
  }

  async #run(): Promise<void> {
    [this.#ours, this.#speeds] = [[], []];
    for (const name of ["weights", "early", "all", "bits", "speed"]) byId(`twin-${name}`).textContent = "–";
    this.#enter(true);
    this.#status.say("Reading the book …");
    try {
      const url = new URL("./data/moby-dick.txt", document.baseURI).href;
      if (!(await this.#job.ask({ url, steps: STEPS }, (said) => this.#take(said)))) return;
      this.#draw();
      this.#status.say(this.#sentence());
    } catch (error) {
      this.#status.fail(error);
    }
    this.#enter(false);
  }

  #take(said: Answer): void {
    if (said.kind === "begun") this.#begun(said);
    else this.#step(said);
  }

  #step(said: Answer & { kind: "step" }): void {
    this.#ours.push(said.loss);
    this.#speeds.push(said.charactersPerSecond);
    if (said.bits !== undefined) {
      const reference = log.heldOut.find(({ step }) => step === said.step)?.bits;
      byId("twin-bits").textContent = `${said.bits.toFixed(4)} / ${reference?.toFixed(4) ?? "–"}`;
    }
    const now = performance.now();
    if (now - this.#drawn > SPACING) this.#draw();
    this.#status.sayNowAndThen(() => `Step ${said.step} of ${STEPS}.`);
  }

  #begun({ simd, hashes }: Answer & { kind: "begun" }): void {
    const names = Object.keys(log.initial) as (keyof typeof log.initial)[];
    const same = names.filter((name) => hashes?.initial[name] === log.initial[name]).length;
    const all = same === names.length && hashes?.text === log.text;
    byId("twin-weights").textContent = hashes ? (all ? "same bits" : `${same} of ${names.length} the same`) : "not compared";
    this.#status.say(`Learning, ${simd}: ${STEPS} steps.`);
  }

  #apart(): number[] {
    return this.#ours.map((loss, index) => Math.abs(loss - (log.losses[index] ?? Number.NaN)));
  }

  #draw(): void {
    this.#drawn = performance.now();
    const differences = this.#apart();
    const rest = new Array<null>(STEPS - differences.length).fill(null);
    this.#losses.show([steps, theirs, [...bitsOf(this.#ours), ...rest]]);
    this.#differences.show([steps, [...differences.map((value) => Math.max(value, FLOOR)), ...rest], steps.map(() => LAST_BIT)]);
    this.#losses.describe(`PyTorch's loss over ${STEPS} steps, and this tab's on top.`);
    this.#differences.describe(differences.length > 0 ? this.#sentence() : "No difference yet: nothing was trained.");
    if (differences.length === 0) return;
    byId("twin-early").textContent = short(Math.max(...differences.slice(0, EARLY)));
    byId("twin-all").textContent = short(Math.max(...differences));
    const sorted = this.#speeds.toSorted((a, b) => a - b);
    const median = whole(Number((sorted[sorted.length >> 1] as number).toPrecision(3)));
    byId("twin-speed").textContent = `${median} / ${whole(Number(log.charactersPerSecond.toPrecision(3)))}`;
  }

  #sentence(): string {
    const differences = this.#apart();
    const early = Math.min(EARLY, differences.length);
    const same = differences.filter((value) => value === 0).length;
    return `${count(differences.length, "step")}: the losses differ by at most ${short(Math.max(...differences))}, in the first ${early} by at most ${short(
      Math.max(...differences.slice(0, early)),
    )}; ${same} are the same to the last bit.`;
  }
}

export function startTwin(): void {
  new TwinPanel();
}
