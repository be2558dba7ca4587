/** The panel "Time series". */

import { button, byId, choice } from "../common/dom.js";
import { attempt, complain, FieldError, forgive, number } from "../common/field.js";
import { type Chosen, onFile, textOf } from "../common/files.js";
import { count } from "../common/format.js";
import { Job } from "../common/job.js";
import { Status } from "../common/status.js";
import type { Answer, Cell, Request } from "./protocol.js";
import { SeriesResult } from "./result.js";
import type { answer } from "./session.js";

/** Where the last option of the list of tables stands for somebody's own. */
const OWN = "";

/** What suits the built-in tables. */
const PRESETS: Readonly<Record<string, { column: string; window: number; horizon: number }>> = {
  "co2-concentration": { column: "CO2", window: 36, horizon: 12 },
  "seattle-weather": { column: "temp_max", window: 60, horizon: 7 },
  sp500: { column: "close", window: 60, horizon: 5 },
};

class SeriesPanel {
  readonly #job: Job<typeof answer> = new Job("series");
  readonly #form: HTMLFormElement = byId("series-form", HTMLFormElement);
  readonly #builtIn: HTMLSelectElement = byId("series-built-in", HTMLSelectElement);
  readonly #column: HTMLSelectElement = byId("series-column", HTMLSelectElement);
  readonly #status: Status = new Status("series-status");
  readonly #result: SeriesResult = new SeriesResult();
  #running: boolean = false;
  /** Whether the worker has the table that is chosen. */
  #isRead: boolean = false;

  constructor() {
    button("series-go").addEventListener("click", () => void (this.#running ? this.#stop() : this.#run()));
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#builtIn.addEventListener("change", () => void this.#chosen());
    onFile("series-file", byId("series-drop"), "series-file", (chosen) => this.#open(chosen));
    forgive("series-column", "series-window", "series-horizon", "series-hidden", "series-epochs");
    this.#preset();
    this.#whenNear(() => void this.#fetch());
  }

  /** Until somebody comes near this panel, nothing is fetched for it: the first table's column is known. */
  #whenNear(action: () => void): void {
    const seen = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        seen.disconnect();
        if (!this.#isRead && !this.#running) action();
      },
      { rootMargin: "300px" },
    );
    seen.observe(this.#form);
  }

  async #chosen(): Promise<void> {
    if (this.#running) await this.#stop();
    this.#preset();
    if (this.#builtIn.value !== OWN) await this.#fetch();
  }

  #preset(): void {
    this.#isRead = false;
    const preset = PRESETS[this.#builtIn.value];
    if (!preset) return;
    complain("series-file", "");
    this.#offer([preset.column], preset.column);
    byId("series-window", HTMLInputElement).value = String(preset.window);
    byId("series-horizon", HTMLInputElement).value = String(preset.horizon);
    byId("series-column-help").textContent = "";
  }

  #offer(columns: readonly string[], chosen: string): void {
    this.#column.replaceChildren(...columns.map((column) => new Option(column, column, false, column === chosen)));
    complain("series-column", "");
  }

  /** Reads the built-in table that is chosen. */
  async #fetch(): Promise<void> {
    const name = this.#builtIn.value;
    const url = new URL(`./data/${name}.csv`, document.baseURI).href;
    try {
      await this.#ask({ kind: "read", name: `${name}.csv`, table: { url } });
    } catch (error) {
      this.#status.fail(error);
    }
  }

  async #open(chosen: Chosen): Promise<void> {
    const text = textOf(chosen, "series-file");
    if (this.#running) await this.#stop();
    let reason: string | undefined;
    await this.#ask({ kind: "read", name: chosen.name, table: { text } }, (said) => {
      if (said.kind === "refused") reason = said.reason;
    });
    if (reason) throw new FieldError("series-file", reason);
    const own = this.#builtIn.options[this.#builtIn.options.length - 1] as HTMLOptionElement;
    own.textContent = chosen.name;
    own.hidden = false;
    this.#builtIn.value = OWN;
    this.#status.say(`Read ${chosen.name}: ${byId("series-column-help").textContent}`);
  }

  #request(): Request {
    return {
      kind: "forecast",
      column: this.#column.value,
      window: number("series-window"),
      horizon: number("series-horizon"),
      cell: choice<Cell>(this.#form, "cell"),
      hidden: number("series-hidden"),
      epochs: number("series-epochs"),
    };
  }

  #enter(running: boolean): void {
    this.#running = running;
    button("series-go").textContent = running ? "Stop" : "Forecast";
  }

  async #stop(): Promise<void> {
    await this.#job.stop();
    this.#enter(false);
    this.#status.say("Stopped.");
  }

  async #run(): Promise<void> {
    const request = attempt(() => this.#request());
    if (!request) return;
    this.#enter(true);
    this.#status.say("Reading …");
    try {
      if (!this.#isRead) await this.#fetch();
      if (!(await this.#ask(request))) return;
    } catch (error) {
      this.#isRead = false;
      this.#status.fail(error);
    }
    this.#enter(false);
  }

  #ask(request: Request, also?: (said: Answer) => void): Promise<boolean> {
    return this.#job.ask(request, (said) => {
      if (!said) return;
      this.#take(said);
      also?.(said);
    });
  }

  #take(said: Answer): void {
    switch (said.kind) {
      case "table":
        this.#isRead = true;
        this.#offer(said.columns, said.columns.includes(this.#column.value) ? this.#column.value : (said.columns.at(-1) as string));
        byId("series-column-help").textContent = `${count(said.rows, "row")}, ${count(said.columns.length, "column")} of numbers.`;
        break;
      case "begun":
        this.#result.begin(said);
        this.#status.say(`Learning ${this.#column.value}, ${said.simd}.`);
        break;
      case "epoch":
        this.#result.addEpoch(said);
        this.#status.sayNowAndThen(() => `Epoch ${said.epoch}.`);
        break;
      case "forecast":
        this.#result.show(said);
        if (said.best !== null) this.#status.say(this.#result.sentence(said));
        break;
      case "refused":
        complain(`series-${said.field}`, said.reason);
        this.#status.say("Not started: see the message above.");
        break;
    }
  }
}

export function startSeries(): void {
  new SeriesPanel();
}
