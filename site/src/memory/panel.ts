/** The panel "Memory". */

import { GrowingCurve } from "../common/curve.js";
import { button, byId, choice } from "../common/dom.js";
import { attempt, forgive, number } from "../common/field.js";
import { count, short } from "../common/format.js";
import { Job } from "../common/job.js";
import { plot } from "../common/plot.js";
import { Status } from "../common/status.js";
import { type Answer, CELLS, type Reached, type Request } from "./protocol.js";
import type { answer } from "./session.js";
import type { TaskName } from "./task-name.js";

/** Gradients below this share of the last step's have vanished; less than FLOOR is drawn there. */
const VANISHED = 1e-6;
const FLOOR = 1e-10;

const curves = CELLS.map((cell) => ({ label: cell, color: `--${cell.toLowerCase()}` }));

const helps: Readonly<Record<TaskName, string>> = {
  adding: "Random numbers, two of them marked, one in each half: at the end their sum is asked. The length is the number of steps.",
  copy: "Five symbols, then nothing for so many steps as the length says, then the five are asked.",
};

const losses: Readonly<Record<TaskName, string>> = {
  adding: "Mean squared error of the sum",
  copy: "Cross entropy of the five symbols, nats",
};

/** What a loss says, beside the one of who remembers nothing. */
function learned(loss: number, chance: number): string {
  if (!Number.isFinite(loss)) return "has lost its numbers";
  if (loss < 0.1 * chance) return "has learned it";
  return loss < 0.7 * chance ? "is learning it" : "knows nothing yet";
}

class MemoryPanel {
  readonly #job: Job<typeof answer> = new Job("memory");
  readonly #form: HTMLFormElement = byId("memory-form", HTMLFormElement);
  readonly #status: Status = new Status("memory-status");
  readonly #losses = plot(byId("memory-losses"), {
    x: "training step",
    log: true,
    curves: [...curves, { label: "remembering nothing", color: "--muted", width: 1, dash: [3, 4] }],
  });
  readonly #gradients = plot(byId("memory-gradients"), {
    x: "time step t",
    log: true,
    range: (_, most) => [FLOOR, Math.max(10, most)],
    curves: [
      ...curves.map((curve) => ({ ...curve, valued: false })),
      { label: "vanished below", color: "--muted", width: 1, dash: [3, 4] },
    ],
  });
  #curve: GrowingCurve = new GrowingCurve(1 + CELLS.length);
  #chance: number = 1;
  #step: number = 0;
  #running: boolean = false;

  constructor() {
    button("memory-go").addEventListener("click", () => void (this.#running ? this.#stop() : this.#run()));
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#form.addEventListener("change", () => this.#explain());
    forgive("memory-length", "memory-bias", "memory-rate");
    this.#explain();
    this.#losses.describe("No curve yet.");
    this.#gradients.describe("No curve yet.");
  }

  #explain(): void {
    const task = choice<TaskName>(this.#form, "task");
    byId("memory-task-help").textContent = helps[task];
    if (!this.#running) byId("memory-loss-title").textContent = losses[task];
  }

  #request(): Request {
    return {
      task: choice<TaskName>(this.#form, "task"),
      length: number("memory-length"),
      forgetBias: number("memory-bias"),
      learningRate: number("memory-rate"),
    };
  }

  #enter(running: boolean): void {
    this.#running = running;
    button("memory-go").textContent = running ? "Stop" : "Start again";
    this.#explain();
  }

  async #stop(): Promise<void> {
    await this.#job.stop();
    this.#enter(false);
    this.#status.say(`Stopped after ${count(this.#step, "step")}.`);
  }

  async #run(): Promise<void> {
    const request = attempt(() => this.#request());
    if (!request) return;
    this.#curve = new GrowingCurve(1 + CELLS.length);
    this.#enter(true);
    this.#status.say("Loading …");
    try {
      if (!(await this.#job.ask(request, (said) => this.#take(said)))) return;
      this.#status.say(`Finished: ${count(this.#step, "step")}.`);
    } catch (error) {
      this.#status.fail(error);
    }
    this.#enter(false);
  }

  #take(said: Answer): void {
    switch (said.kind) {
      case "begun":
        this.#chance = said.chance;
        this.#status.say(`Learning, ${said.simd}.`);
        break;
      case "progress":
        this.#progress(said.step, said.losses);
        break;
      case "report":
        this.#report(said.reached);
        break;
    }
  }

  #progress(step: number, losses: readonly number[]): void {
    this.#step = step;
    this.#curve.add(step, ...losses);
    const [steps, ...columns] = this.#curve.columns as [number[], ...number[][]];
    this.#losses.show([steps, ...columns, steps.map(() => this.#chance)]);
    const words = CELLS.map((cell, index) => `${cell} ${short(losses[index] as number)}`).join(", ");
    this.#losses.describe(`Losses after ${count(step, "step")}: ${words}; remembering nothing: ${short(this.#chance)}.`);
    for (const [index, cell] of CELLS.entries()) {
      byId(`memory-${cell.toLowerCase()}-learned`).textContent = learned(losses[index] as number, this.#chance);
    }
    this.#status.sayNowAndThen(
      () =>
        `After ${count(step, "step")}: ${CELLS.map((cell, index) => `the ${cell} ${learned(losses[index] as number, this.#chance)}`).join(", ")}.`,
    );
  }

  #report(reached: readonly Reached[]): void {
    const length = Math.max(...reached.map(({ norms }) => norms?.length ?? 0));
    const steps = Array.from({ length }, (_, index) => index + 1);
    const columns = reached.map(({ norms }) => steps.map((_, index) => (norms ? Math.max(norms[index] ?? 0, FLOOR) : null)));
    this.#gradients.show([steps, ...columns, steps.map(() => VANISHED)]);
    for (const [index, { text, kind }] of reached.entries()) {
      const verdict = byId(`memory-${CELLS[index]?.toLowerCase()}-verdict`);
      verdict.textContent = `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
      verdict.dataset["kind"] = kind;
    }
    this.#gradients.describe(reached.map(({ text }, index) => `${CELLS[index]}: ${text}.`).join(" "));
  }
}

export function startMemory(): void {
  new MemoryPanel();
}
