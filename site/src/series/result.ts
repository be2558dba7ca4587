import { byId, make } from "../common/dom.js";
import { count, short } from "../common/format.js";
import { type Plot, plot } from "../common/plot.js";
import { compare } from "./compare.js";
import type { Answer, Drawn, Score } from "./protocol.js";

const NOTHING: Drawn = { places: [], dates: true, values: [], heldOut: 0 };

/** The forecast over the held-out rows, its errors, and how it was learned. */
export class SeriesResult {
  #plot: Plot | undefined;
  readonly #losses: Plot = plot(byId("series-losses"), {
    x: "epoch",
    height: 190,
    curves: [
      { label: "training", color: "--accent" },
      { label: "validation", color: "--warm" },
    ],
  });
  #drawn: Drawn = NOTHING;
  #epochs: (Answer & { kind: "epoch" })[] = [];
  #naive: string = "";

  constructor() {
    this.#losses.describe("No curve yet.");
    this.#replot("naive");
  }

  /** Rows or dates, and another naive forecast: another plot. */
  #replot(naive: string): void {
    byId("series-plot").replaceChildren();
    this.#plot = plot(byId("series-plot"), {
      x: this.#drawn.dates ? "" : "row",
      dates: this.#drawn.dates,
      height: 320,
      curves: [
        { label: "what came", color: "--ink", width: 1.25 },
        { label: naive, color: "--warm", width: 1.25, dash: [4, 3] },
        { label: "4 of 5 lie between", color: "--accent", width: 0, valued: false },
        { label: "", color: "--accent", width: 0, valued: false },
        { label: "forecast", color: "--accent", width: 2 },
      ],
      band: [3, 4],
    });
    this.#plot.describe("No forecast yet.");
    this.#naive = naive;
  }

  begin({ drawn, notes, season }: Answer & { kind: "begun" }): void {
    this.#drawn = drawn;
    this.#epochs = [];
    this.#replot("naive");
    const none = drawn.values.map(() => null);
    this.#plot?.show([drawn.places, drawn.values, none, none, none, none]);
    byId("series-notes").textContent = [
      ...notes,
      season === null ? "No season was found." : `It repeats every ${count(season, "row")}.`,
    ].join(" ");
    byId("series-scores").replaceChildren();
  }

  addEpoch(record: Answer & { kind: "epoch" }): void {
    this.#epochs.push(record);
    this.#losses.show([
      this.#epochs.map(({ epoch }) => epoch),
      this.#epochs.map(({ loss }) => loss),
      this.#epochs.map(({ validation }) => validation),
    ]);
    this.#losses.describe(`Loss of validation after ${count(record.epoch, "epoch")}: ${short(record.validation)}.`);
  }

  show(said: Answer & { kind: "forecast" }): void {
    const { forecasts, scores, naive } = said;
    if (naive !== this.#naive) this.#replot(naive);
    const { places, values } = this.#drawn;
    this.#plot?.show([places, values, forecasts.naive, forecasts.low, forecasts.high, forecasts.model]);
    this.#plot?.describe(`The last rows and their forecasts. ${compare(scores)}`);
    const least = Math.min(...scores.map(({ mae }) => mae));
    byId("series-scores").replaceChildren(...scores.map((score) => rowOf(score, least)));
  }

  sentence({ scores, best, covered }: Answer & { kind: "forecast" }): string {
    const inside = covered === null ? "" : ` ${Math.round(100 * covered)} % of the values lie in the band, 80 % should.`;
    return `Finished; epoch ${best} was best. ${compare(scores)}${inside}`;
  }
}

function rowOf({ name, mae, rmse, mase }: Score, least: number): HTMLTableRowElement {
  const head = make("th", "", name === "model" ? "network" : name);
  head.scope = "row";
  return make(
    "tr",
    "",
    head,
    make("td", mae === least ? "best" : "", short(mae)),
    make("td", "", short(rmse)),
    make("td", "", short(mase)),
  );
}
