import { type Recording, rmse } from "./signal.js";

export type Filter = (measured: Float32Array) => Float32Array;

/** Moves a share of the way to each measurement; the steady Kalman filter of a random walk is one of these. */
function smooth(share: number): Filter {
  return (measured) => {
    let estimate = 0;
    return measured.map((value) => {
      estimate += share * (value - estimate);
      return estimate;
    });
  };
}

/** The median of the last measurements, which spikes do not move. */
function median(window: number): Filter {
  return (measured) =>
    measured.map((_, t) => {
      const last = measured.slice(Math.max(0, t - window + 1), t + 1).sort();
      return (last[(last.length - 1) >> 1]! + last[last.length >> 1]!) / 2;
    });
}

/** A simple filter with the setting that is the best on the training recordings. */
export interface Baseline {
  readonly name: string;
  readonly rmse: number;
  readonly filter: Filter;
}

function best(filters: readonly Filter[], training: readonly Recording[]): number {
  const errors = filters.map((filter) => rmse(training, filter));
  return errors.indexOf(Math.min(...errors));
}

/** What simpler filters, which see the past only as well, reach on the test recordings. */
export function baselines(training: readonly Recording[], test: readonly Recording[]): Baseline[] {
  const shares = Array.from({ length: 20 }, (_, index) => (index + 1) / 20);
  const windows = Array.from({ length: 9 }, (_, index) => index + 1);
  const [share, window] = [shares[best(shares.map(smooth), training)]!, windows[best(windows.map(median), training)]!];
  const pairs = windows.flatMap((window) => shares.map((share) => ({ window, share })));
  const both = ({ window, share }: { window: number; share: number }): Filter => {
    const [first, second] = [median(window), smooth(share)];
    return (measured) => second(first(measured));
  };
  const pair = pairs[best(pairs.map(both), training)]!;
  const named: [string, Filter][] = [
    ["the measurement itself", (measured) => measured],
    [`exponential average (${share})`, smooth(share)],
    [`median of the last ${window}`, median(window)],
    [`median of the last ${pair.window}, then average (${pair.share})`, both(pair)],
  ];
  return named.map(([name, filter]) => ({ name, filter, rmse: rmse(test, filter) }));
}
