import type { Series } from "./series.js";

/** How many windows a forecast is tested on. */
export const WINDOWS = 5;

/** A part of the series that is forecast by what was learned before it began. */
export interface Window {
  /** Index of its first value: all values before it may be learned from, none from here on. */
  readonly start: number;
  /** The moments of the forecasts in it: a forecast at `origin` knows the values before that index, and is of the `horizon` values from there on. */
  readonly origins: readonly number[];
}

/** The last windows of a series, one after the other. In each of them the origin rolls on step by step, as far as the last forecast still ends in it. */
export function windows({ values, window, horizon }: Series): Window[] {
  return Array.from({ length: WINDOWS }, (_, index) => {
    const start = values.length - (WINDOWS - index) * window;
    return { start, origins: Array.from({ length: window - horizon + 1 }, (_, step) => start + step) };
  });
}

/** Says the `horizon` values from `origin` on; looks at the values before only. */
export type Forecast = (series: Series, origin: number) => number[];

function steps({ horizon }: Series, value: (step: number) => number): number[] {
  return Array.from({ length: horizon }, (_, step) => value(step));
}

/** It stays as it is. */
export const naive: Forecast = (series, origin) => steps(series, () => series.values[origin - 1] as number);

/** It will be as it was a year ago. */
export const seasonalNaive: Forecast = (series, origin) => steps(series, (step) => series.values[origin + step - series.season] as number);

/** It will be as it was a year ago, and as much higher or lower as the last year was than the one before it. */
export const seasonalDrift: Forecast = (series, origin) => {
  const { values, season } = series;
  const sum = (end: number) => values.slice(end - season, end).reduce((total, value) => total + value, 0);
  const growth = (sum(origin) - sum(origin - season)) / season;
  return seasonalNaive(series, origin).map((value) => value + growth);
};

/** It will be as it was on average at this time of the year: in each year before, the days from a week before to a week after. */
export const climatology: Forecast = (series, origin) => {
  const { values, season } = series;
  return steps(series, (step) => {
    const same: number[] = [];
    for (let year = origin + step - season; year >= 0; year -= season) {
      same.push(...values.slice(Math.max(0, year - 7), Math.min(origin, year + 8)));
    }
    return same.reduce((total, value) => total + value, 0) / same.length;
  });
};

/** The mean absolute error of all forecasts in a window. */
export function meanAbsoluteError(series: Series, { origins }: Window, forecast: (origin: number) => readonly number[]): number {
  const errors = origins.flatMap((origin) =>
    forecast(origin).map((value, step) => Math.abs(value - (series.values[origin + step] as number))),
  );
  return errors.reduce((total, error) => total + error, 0) / errors.length;
}

/**
 * What errors are measured by (Hyndman and Koehler 2006): the mean error of "as it was a year ago" over all values before the window.
 * MASE, the mean absolute scaled error, is an error in this unit.
 */
export function errorScale({ values, season }: Series, { start }: Window): number {
  let total = 0;
  for (let index = season; index < start; index++) total += Math.abs((values[index] as number) - (values[index - season] as number));
  return total / (start - season);
}
