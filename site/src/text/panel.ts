/** The panel "Next character": what its controls do. */

import { button, byId, choice, choose, download, input } from "../common/dom.js";
import { attempt, complain, FieldError, forgive, number } from "../common/field.js";
import { type Chosen, onFile, textOf } from "../common/files.js";
import { count, whole } from "../common/format.js";
import { Job } from "../common/job.js";
import { Status } from "../common/status.js";
import { Page } from "./page.js";
import type { Answer, Cell, Manner, Ready, Request, Settings, Text } from "./protocol.js";
import { Record } from "./record.js";
import type { answer } from "./session.js";
import { SHORTEST } from "./shortest.js";

/** Characters of a text that is written on demand. */
const LENGTH = 360;
/** More would fill a phone's memory. */
const LONGEST = 16_000_000;
/** A field with more than this is slow: of a longer file it shows the beginning. */
const SHOWN = 50_000;
/** A prompt beyond this only takes time. */
const LONGEST_PROMPT = 1000;

/** Nothing yet, a network that rests, one that learns. */
type Phase = "none" | "resting" | "busy";

class TextPanel {
  readonly #job: Job<typeof answer> = new Job("text");
  readonly #form: HTMLFormElement = byId("text-form", HTMLFormElement);
  readonly #page: Page = new Page();
  readonly #record: Record = new Record();
  readonly #status: Status = new Status("text-status");
  #phase: Phase = "none";
  #hasText: boolean = false;
  /** A text that is too long for its field. */
  #long: string | undefined;

  constructor() {
    button("text-go").addEventListener("click", () => void (this.#phase === "busy" ? this.#pause() : this.#go()));
    button("text-again").addEventListener("click", () => void this.#begin());
    button("text-write").addEventListener("click", () => void this.#write());
    button("text-save").addEventListener("click", () => void this.#save());
    this.#form.addEventListener("change", () => this.#changed());
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    input("text-temperature").addEventListener("input", () => this.#temperatureChanged());
    input("text-rate").addEventListener("change", () => this.#mannerChanged());
    input("text-prompt").addEventListener("keydown", ({ key }) => key === "Enter" && button("text-write").click());
    onFile("text-file", byId("text-own"), "text-own", (chosen) => this.#read(chosen));
    onFile("text-model", byId("text-model").closest("fieldset") as HTMLElement, "text-model", (chosen) => this.#open(chosen));
    byId("text-own").addEventListener("input", () => {
      this.#long = undefined;
      byId("text-own-length").textContent = "";
    });
    forgive("text-own", "text-hidden", "text-layers", "text-rate", "text-prompt");
  }

  #changed(): void {
    const own = choice(this.#form, "source") === "own";
    byId("text-own-field").hidden = !own;
    byId("text-reads").textContent = own ? "your text" : "Moby Dick";
  }

  #temperatureChanged(): void {
    byId("text-temperature-value").textContent = input("text-temperature").value;
    this.#mannerChanged();
  }

  /** What counts at once. */
  #mannerChanged(): void {
    const manner = attempt(() => this.#manner());
    if (manner) this.#job.send(manner);
  }

  #manner(): Manner {
    return { learningRate: number("text-rate"), temperature: Number(input("text-temperature").value) };
  }

  #settings(): Settings {
    return { cell: choice<Cell>(this.#form, "cell"), hidden: number("text-hidden"), layers: number("text-layers") };
  }

  #text(): Text {
    if (choice(this.#form, "source") === "moby") return { url: new URL("./data/moby-dick.txt", document.baseURI).href };
    const own = this.#long ?? byId("text-own", HTMLTextAreaElement).value;
    const { length } = own;
    if (length > LONGEST)
      throw new FieldError("text-own", `The text must have at most ${whole(LONGEST)} characters, got ${whole(length)}.`);
    if (length < SHORTEST) throw new FieldError("text-own", `The text must have at least ${SHORTEST} characters, got ${whole(length)}.`);
    complain("text-own", "");
    return { own };
  }

  #read(chosen: Chosen): void {
    choose(this.#form, "source", "own");
    this.#changed();
    const text = textOf(chosen, "text-own");
    this.#long = text.length > SHOWN ? text : undefined;
    byId("text-own", HTMLTextAreaElement).value = text.slice(0, SHOWN);
    byId("text-own-length").textContent =
      `${chosen.name}: ${count(text.length, "character")}${this.#long ? `, of which the field shows ${whole(SHOWN)}` : ""}.`;
  }

  /** Starts, or goes on. */
  async #go(): Promise<void> {
    if (this.#phase === "none") return this.#begin();
    const asked = attempt(() => ({ manner: this.#manner(), text: this.#hasText ? undefined : this.#text() }));
    if (!asked) return;
    if (asked.text && !(await this.#prepare({ kind: "study", text: asked.text }))) return;
    await this.#learn(asked.manner);
  }

  /** A new network. */
  async #begin(): Promise<void> {
    const asked = attempt(() => ({ manner: this.#manner(), text: this.#text(), settings: this.#settings() }));
    if (!asked) return;
    this.#page.clear();
    this.#record.clear();
    if (await this.#prepare({ kind: "begin", text: asked.text, settings: asked.settings })) await this.#learn(asked.manner);
  }

  /** Everything before the first step; false if it went wrong or something else was asked meanwhile. */
  async #prepare(request: Request): Promise<boolean> {
    this.#enter("busy");
    this.#status.say("Reading the text …");
    return this.#ask(request);
  }

  async #learn(manner: Manner): Promise<void> {
    this.#enter("busy");
    await this.#ask({ kind: "learn", manner });
  }

  async #pause(): Promise<void> {
    await this.#job.stop();
    this.#enter("resting");
    this.#status.say(`Paused after ${count(this.#record.step, "step")}.`);
  }

  async #write(): Promise<void> {
    const prompt = input("text-prompt").value;
    const length = [...prompt].length;
    if (length > LONGEST_PROMPT)
      return complain("text-prompt", `The beginning must have at most ${LONGEST_PROMPT} characters, got ${whole(length)}.`);
    if (this.#phase === "busy") await this.#pause();
    await this.#ask({ kind: "write", prompt, length: LENGTH, temperature: this.#manner().temperature });
  }

  /** A model is saved between two steps; if it learns, it goes on afterwards. */
  async #save(): Promise<void> {
    const wasBusy = this.#phase === "busy";
    const manner = attempt(() => this.#manner());
    if ((await this.#ask({ kind: "save" })) && wasBusy && manner) await this.#learn(manner);
  }

  async #open({ name, bytes }: Chosen): Promise<void> {
    const before = this.#phase;
    if (before === "busy") await this.#pause();
    let reason: string | undefined;
    await this.#ask({ kind: "open", bytes }, (answer) => {
      if (answer.kind === "refused") reason = answer.reason;
    });
    if (reason) throw new FieldError("text-model", `${name} cannot be used: ${reason}.`);
    if (this.#phase !== "none") await this.#write();
  }

  /** Asks the worker; true if it answered all there was to answer. */
  async #ask(request: Request, also?: (answer: Answer) => void): Promise<boolean> {
    try {
      return await this.#job.ask(request, (answer) => {
        this.#take(answer, request);
        also?.(answer);
      });
    } catch (error) {
      this.#enter("none");
      this.#status.fail(error);
      return false;
    }
  }

  #take(answer: Answer, request: Request): void {
    switch (answer.kind) {
      case "ready":
        this.#ready(answer, request);
        break;
      case "progress":
        this.#page.add(answer.written, this.#record.note(answer));
        this.#status.sayNowAndThen(() => this.#record.sentence());
        break;
      case "written":
        this.#page.show(answer.written);
        break;
      case "saved":
        download(answer.bytes, answer.name, "application/octet-stream");
        this.#status.say(`Saved ${answer.name}, ${whole(answer.bytes.length)} bytes.`);
        break;
    }
  }

  #ready(ready: Ready, { kind }: Request): void {
    const { settings, parameters, vocabulary, simd, hasText } = ready;
    this.#hasText = hasText;
    this.#page.units = settings.hidden;
    choose(this.#form, "cell", settings.cell);
    input("text-hidden").value = String(settings.hidden);
    input("text-layers").value = String(settings.layers);
    if (kind === "open") {
      this.#page.clear();
      this.#record.clear();
      this.#enter("resting");
    }
    const what = `${settings.cell.toUpperCase()}, ${count(settings.layers, "layer")} of ${settings.hidden}`;
    this.#status.say(
      `${kind === "open" ? "Opened" : "Learning"}: ${what}, ${whole(parameters)} parameters, ${vocabulary} different characters; ${simd}.`,
    );
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    button("text-go").textContent = { none: "Start learning", resting: "Go on learning", busy: "Pause" }[phase];
    button("text-again").hidden = phase === "none";
    button("text-write").disabled = phase === "none";
    button("text-save").disabled = phase === "none";
  }
}

export function startText(): void {
  new TextPanel();
}
