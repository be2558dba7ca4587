/** The panel "How fast here". */

import { button, byId, make } from "../common/dom.js";
import { time } from "../common/format.js";
import { Job } from "../common/job.js";
import { Status } from "../common/status.js";
import { CASES, type Case, sizesOf } from "./cases.js";
import type { Answer, answer } from "./session.js";
import { faster } from "./verdict.js";

/** A line of the table. */
class Row {
  readonly element: HTMLTableRowElement;
  readonly #cells: Readonly<Record<"ours" | "theirs" | "faster", HTMLTableCellElement>>;
  readonly #times: { ours?: number; theirs?: number } = {};

  constructor(measured: Case) {
    const name = make("th", "", measured.name, make("small", "", sizesOf(measured)));
    name.scope = "row";
    this.#cells = { ours: make("td", "", "–"), theirs: make("td", "", "–"), faster: make("td", "", "–") };
    this.element = make("tr", "", name, ...Object.values(this.#cells));
  }

  show(side: "ours" | "theirs", milliseconds: number): void {
    this.#times[side] = milliseconds;
    this.#cells[side].textContent = time(milliseconds);
    const { ours, theirs } = this.#times;
    if (ours === undefined || theirs === undefined) return;
    this.#cells.ours.classList.toggle("best", ours < theirs);
    this.#cells.theirs.classList.toggle("best", theirs < ours);
    this.#cells.faster.textContent = faster(ours, theirs);
  }
}

class SpeedPanel {
  readonly #job: Job<typeof answer> = new Job("speed");
  readonly #status: Status = new Status("speed-status");
  #rows: readonly Row[] = [];
  #running: boolean = false;
  #here: string = "";

  constructor() {
    button("speed-go").addEventListener("click", () => void (this.#running ? this.#stop() : this.#run()));
    this.#reset();
  }

  #reset(): void {
    this.#rows = CASES.map((each) => new Row(each));
    byId("speed-rows").replaceChildren(...this.#rows.map(({ element }) => element));
  }

  #enter(running: boolean): void {
    this.#running = running;
    button("speed-go").textContent = running ? "Stop" : "Measure again";
  }

  async #stop(): Promise<void> {
    await this.#job.stop();
    this.#enter(false);
    this.#status.say("Stopped.");
  }

  async #run(): Promise<void> {
    this.#reset();
    this.#enter(true);
    this.#status.say("Loading TensorFlow.js …");
    try {
      if (!(await this.#job.ask(undefined, (said) => this.#take(said)))) return;
      this.#status.say("Measured. Another run gives other times: browsers share the machine.");
    } catch (error) {
      this.#status.fail(error);
    }
    this.#enter(false);
  }

  #take(said: Answer): void {
    const where = byId("speed-where");
    switch (said.kind) {
      case "here":
        this.#here = `unrolled ${said.version}, SIMD level ${said.simd}`;
        break;
      case "peer":
        where.textContent = `${this.#here}; ${said.name}.`;
        where.hidden = false;
        this.#status.say("Measuring …");
        break;
      case "absent":
        where.textContent = `${this.#here}. TensorFlow.js could not be loaded (${said.reason}), so its column stays empty.`;
        where.hidden = false;
        this.#status.say("Measuring …");
        break;
      case "time":
        this.#rows[said.row]?.show(said.side, said.milliseconds);
        break;
    }
  }
}

export function startSpeed(): void {
  new SpeedPanel();
}
