import { evaluate, rollingOrigins } from "../../../ts/cli/series/backtest.js";
import { baseline } from "../../../ts/cli/series/baselines.js";
import { calibrate, type Forecast, forecast } from "../../../ts/cli/series/forecast.js";
import type { Forecaster } from "../../../ts/cli/series/forecaster.js";
import { makeForecaster, type Setup, setUp } from "../../../ts/cli/series/setup.js";
import { ForecastTask } from "../../../ts/cli/series/task.js";
import { type EpochRecord, Trainer } from "../../../ts/cli/training/trainer.js";
import type { Answer, Drawn, Forecasts, Request } from "./protocol.js";
import type { seriesOf } from "./table.js";

/** The last fifth is held out; of the rest, a part says when to stop. */
const TEST = 0.2;
const VALIDATION = 0.12;
/** The median, and what four fifths of the values are to lie between. */
const QUANTILES = [0.1, 0.5, 0.9];
const BATCH = 32;
const TRAINING = { lr: 5e-3, clip: 1, patience: 10, schedule: "plateau", weightDecay: 0.01 } as const;
/** Rows that are drawn before the held-out ones, as a share of those. */
const BEFORE = 0.6;

type Wanted = Request & { kind: "forecast" };

/** A series that is learned, and forecast. */
export class Study {
  readonly #setup: Setup;
  readonly #model: Forecaster;
  readonly #trainer: Trainer;
  readonly #origins: Int32Array;
  /** The first row that is drawn. */
  readonly #first: number;
  readonly drawn: Drawn;

  /** @throws InputError if there are too few rows */
  constructor(name: string, { series, spec }: ReturnType<typeof seriesOf>, { window, horizon, cell, hidden, epochs }: Wanted) {
    const options = {
      window,
      horizon,
      validation: VALIDATION,
      test: TEST,
      season: "auto",
      base: "auto",
      relative: "auto",
      calendar: true,
    } as const;
    this.#setup = setUp(name, series, spec, options);
    const { windows, origins, split } = this.#setup;
    this.#model = makeForecaster(windows, { cell, hidden, layers: 1, dropout: 0 }, QUANTILES);
    const task = new ForecastTask(this.#model, windows, origins, QUANTILES, BATCH);
    this.#trainer = new Trainer(task, { ...TRAINING, epochs });
    this.#origins = rollingOrigins(windows, split.validation, split.rows);
    this.#first = Math.max(0, Math.floor(split.validation - BEFORE * (split.rows - split.validation)));
    const places = series.times ? Array.from(series.times, (time) => time / 1000) : Array.from(series.target, (_, row) => row + 1);
    this.drawn = {
      places: places.slice(this.#first),
      dates: series.times !== null,
      values: Array.from(series.target.subarray(this.#first)),
      heldOut: split.validation - this.#first,
    };
  }

  get season(): number | null {
    return this.#setup.framing.season;
  }

  /** Trains to the end; yields after each epoch, and undefined from time to time. */
  *learn(): Generator<EpochRecord | undefined, void, void> {
    let rested = performance.now();
    for (const progress of this.#trainer.run()) {
      if (progress.kind === "epoch") yield progress.record;
      else if (performance.now() - rested > 50) yield undefined;
      else continue;
      rested = performance.now();
    }
    this.#trainer.useBest();
  }

  /** Forecasts the held-out rows with the weights that there are now. */
  forecast(over: boolean): Answer & { kind: "forecast" } {
    const { windows, origins, naiveError } = this.#setup;
    const shifts = calibrate(this.#model, windows, origins.validation, QUANTILES);
    const forecasts = forecast(this.#model, windows, this.#origins, QUANTILES, shifts);
    const { scores, interval } = evaluate(windows, forecasts, QUANTILES, naiveError);
    const { season, window } = windows.framing;
    const seasonal = scores.length > 2;
    const naive = (origin: number, ahead: number) =>
      baseline(seasonal ? "season" : "last", windows.series.target, origin, ahead, season ?? 1, window);
    return {
      kind: "forecast",
      forecasts: this.#lay(forecasts, naive),
      scores,
      naive: scores.at(-1)?.name ?? "naive",
      best: over ? (this.#trainer.best?.epoch ?? null) : null,
      covered: interval?.actual ?? null,
    };
  }

  /** Puts the forecasts where their rows are drawn; where two forecast a row, the later one counts. */
  #lay(forecasts: readonly Forecast[], naive: (origin: number, ahead: number) => number): Forecasts {
    const room = () => new Array<number | null>(this.drawn.values.length).fill(null);
    const laid = { model: room(), low: room(), high: room(), naive: room() };
    for (const { origin, quantiles } of forecasts) {
      const [low, middle, high] = quantiles as [Float64Array, Float64Array, Float64Array];
      for (let ahead = 1; ahead <= middle.length; ahead++) {
        const at = origin + ahead - this.#first;
        laid.low[at] = low[ahead - 1] as number;
        laid.model[at] = middle[ahead - 1] as number;
        laid.high[at] = high[ahead - 1] as number;
        laid.naive[at] = naive(origin, ahead);
      }
    }
    return laid;
  }
}
