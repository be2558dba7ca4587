/** What the page and the worker of the time series say to each other. */

export type Cell = "lstm" | "gru" | "rnn";

export type Request =
  /** Reads a table: a file of the page or the text of somebody's own. */
  | { readonly kind: "read"; readonly name: string; readonly table: { readonly url: string } | { readonly text: string } }
  /** Learns a column of the table that was read last. */
  | {
      readonly kind: "forecast";
      readonly column: string;
      readonly window: number;
      readonly horizon: number;
      readonly cell: Cell;
      readonly hidden: number;
      readonly epochs: number;
    };

/** Values that are drawn. */
export interface Drawn {
  /** Seconds since 1970, or the number of the row. */
  readonly places: number[];
  readonly dates: boolean;
  readonly values: number[];
  /** Index of the first value that is not learned from. */
  readonly heldOut: number;
}

export interface Score {
  readonly name: string;
  readonly mae: number;
  readonly rmse: number;
  readonly mase: number;
}

/** Forecasts of the drawn values, null where there is none. */
export interface Forecasts {
  readonly model: (number | null)[];
  readonly low: (number | null)[];
  readonly high: (number | null)[];
  readonly naive: (number | null)[];
}

export type Answer =
  | { readonly kind: "table"; readonly rows: number; readonly columns: readonly string[]; readonly date: string | null }
  | {
      readonly kind: "begun";
      readonly drawn: Drawn;
      readonly notes: readonly string[];
      readonly season: number | null;
      readonly simd: string;
    }
  | { readonly kind: "epoch"; readonly epoch: number; readonly loss: number | null; readonly validation: number }
  | {
      readonly kind: "forecast";
      readonly forecasts: Forecasts;
      readonly scores: readonly Score[];
      /** Which naive forecast is drawn. */
      readonly naive: string;
      /** The epoch whose weights these are of, if training is over. */
      readonly best: number | null;
      readonly covered: number | null;
    }
  /** Something given cannot be used; the field is one of the panel's. */
  | { readonly kind: "refused"; readonly field: "file" | "column" | "window"; readonly reason: string };
