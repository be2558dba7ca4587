import { type Tensor, tensor } from "unrolled";
import { baselineFrom } from "./baselines.js";
import { calendarColumns } from "./calendar.js";
import { contextOf, type Framing, isSeasonal, levelAt } from "./framing.js";
import type { Series } from "./read.js";

/** What the network reads of some windows. */
export interface Batch {
  /** `[T, N, I]` row by row. */
  readonly window: Tensor;
  /** `[N, S]` what goes straight to the forecast: the window's differences, and all else of its last row. */
  readonly direct: Tensor;
}

/** Sizes of a {@link Batch}. */
export interface InputSizes {
  /** I */
  readonly perRow: number;
  /** S */
  readonly direct: number;
}

export function inputSizes(framing: Framing, columns: number): InputSizes {
  const differences = isSeasonal(framing) ? 3 : 2;
  return { perRow: differences + columns, direct: framing.window * (differences - 1) + columns };
}

/** A series in the units of a framing, cut into windows. */
export class Windows {
  static readonly name: string = "Windows";
  readonly framing: Framing;
  readonly series: Series;
  /** What is the same in whatever window a row is: the level, the other columns, the calendar. */
  readonly columns: readonly Float64Array[];
  readonly sizes: InputSizes;

  constructor(framing: Framing, series: Series) {
    this.framing = framing;
    this.series = series;
    const { level, inputs, calendar } = framing;
    const scaled = series.inputs.map((values, index) => values.map((value) => (value - inputs[index]!.mean) / inputs[index]!.std));
    const own = level === null ? [] : [series.target.map((value) => (value - level.mean) / level.std)];
    const dates = series.times === null ? [] : calendarColumns(series.times, calendar);
    this.columns = [...own, ...scaled, ...dates];
    this.sizes = inputSizes(framing, this.columns.length);
  }

  /**
   * The rows after which a forecast can be made of targets that lie within some rows, the oldest first.
   *
   * @param from the first row that may be forecast
   * @param to the row after the last
   */
  origins(from: number, to: number): Int32Array {
    const first = Math.max(from, contextOf(this.framing)) - 1;
    return Int32Array.from({ length: Math.max(0, to - this.framing.horizon - first) }, (_, index) => first + index);
  }

  /** What the network reads before it forecasts the rows after `origins`. */
  batch(origins: ArrayLike<number>): Batch {
    const { window } = this.framing;
    const { perRow, direct } = this.sizes;
    const count = origins.length;
    const rows = new Float32Array(window * count * perRow);
    const straight = new Float32Array(count * direct);
    for (let index = 0; index < count; index++) this.#fill(origins[index]!, rows, index, count, straight);
    return { window: tensor(rows, { shape: [window, count, perRow] }), direct: tensor(straight, { shape: [count, direct] }) };
  }

  #fill(origin: number, rows: Float32Array, index: number, count: number, straight: Float32Array): void {
    const { columns, framing, sizes } = this;
    const { window, season, spreads } = framing;
    const values = this.series.target;
    const level = levelAt(framing, values, origin);
    const seasonal = isSeasonal(framing);
    for (let step = 0; step < window; step++) {
      const row = origin + 1 - window + step;
      const value = values[row]!;
      let at = (step * count + index) * sizes.perRow;
      const last = (value - values[origin]!) / (spreads.last * level);
      rows[at++] = last;
      rows[at++] = (value - values[row - 1]!) / (spreads.step * level);
      straight[index * sizes.direct + step] = last;
      if (seasonal) {
        const season1 = (value - values[row - season!]!) / (spreads.season * level);
        rows[at++] = season1;
        straight[index * sizes.direct + window + step] = season1;
      }
      for (const column of columns) rows[at++] = column[row]!;
    }
    const end = (index + 1) * sizes.direct - columns.length;
    for (const [position, column] of columns.entries()) straight[end + position] = column[origin]!;
  }

  /** What is to be learned, `[N, horizon]`: the rows after each origin, against the base. */
  targets(origins: ArrayLike<number>): Tensor {
    const { horizon, residual } = this.framing;
    const result = new Float32Array(origins.length * horizon);
    const values = this.series.target;
    for (let index = 0; index < origins.length; index++) {
      const origin = origins[index]!;
      const unit = residual * levelAt(this.framing, values, origin);
      const base = this.#base(origin);
      for (let ahead = 1; ahead <= horizon; ahead++) {
        result[index * horizon + ahead - 1] = (values[origin + ahead]! - base(ahead)) / unit;
      }
    }
    return tensor(result, { shape: [origins.length, horizon] });
  }

  #base(origin: number): (ahead: number) => number {
    const { base, season, window } = this.framing;
    return baselineFrom(base, this.series.target, origin, season ?? 1, window);
  }

  /** The value that a number of the network stands for, `ahead` rows after the origin. */
  restore(origin: number, ahead: number, scaled: number): number {
    return this.#base(origin)(ahead) + scaled * this.framing.residual * levelAt(this.framing, this.series.target, origin);
  }
}
