import { manualSeed } from "unrolled";
import type { Settings } from "../example.js";
import { learn, type Training } from "./forecaster.js";
import {
  climatology,
  errorScale,
  type Forecast,
  meanAbsoluteError,
  naive,
  seasonalDrift,
  seasonalNaive,
  type Window,
  windows,
} from "./rolling.js";
import { carbonDioxide, type Series, weather } from "./series.js";

/** How wrong one way of forecasting was, in each window. */
export interface Score {
  readonly by: string;
  readonly mae: readonly number[];
  /** The same in units of the seasonal naive forecast's error before the window. */
  readonly mase: readonly number[];
  readonly meanMase: number;
}

export interface Comparison {
  readonly series: Series;
  readonly windows: readonly Window[];
  readonly baselines: readonly Score[];
  /** The same network from several seeds. */
  readonly network: readonly Score[];
  /** In how many windows, of all seeds, its error was below the seasonal naive forecast's. */
  readonly won: string;
  /** Of the first seed, in each window. */
  readonly learned: readonly Forecast[];
}

interface Task {
  readonly series: Series;
  readonly training: Training;
  /** What should be beaten, and what is worth to be compared with. */
  readonly baselines: Readonly<Record<string, Forecast>>;
}

/** README.md has what others do on the five windows before those of the test. */
const settings = { cell: "gru", batch: 32, learningRate: 0.005, weightDecay: 0.01 } as const;

function tasks(short: boolean): Task[] {
  return [
    {
      series: carbonDioxide(),
      training: { ...settings, hidden: short ? 16 : 32, past: 24, epochs: short ? 8 : 30, relative: true },
      baselines: { naive, "seasonal naive": seasonalNaive, "seasonal naive with drift": seasonalDrift },
    },
    {
      series: weather(),
      training: { ...settings, hidden: short ? 8 : 16, past: 28, epochs: short ? 5 : 15, relative: false },
      baselines: { naive, "seasonal naive": seasonalNaive, "mean of the season": climatology },
    },
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export function forecast({ short, seed, say }: Settings): Comparison[] {
  const seeds = Array.from({ length: short ? 1 : 5 }, (_, index) => seed + index);
  return tasks(short).map((task) => compare(task, seeds, say));
}

function compare({ series, training, baselines }: Task, seeds: readonly number[], say: Settings["say"]): Comparison {
  const parts = windows(series);
  const score = (by: string, forecasts: readonly Forecast[]): Score => {
    const mae = parts.map((part, index) => meanAbsoluteError(series, part, (origin) => (forecasts[index] as Forecast)(series, origin)));
    const mase = mae.map((error, index) => error / errorScale(series, parts[index] as Window));
    const result = { by, mae, mase, meanMase: mean(mase) };
    say(row(result));
    return result;
  };
  say(`\n${series.title}: ${series.horizon} steps ahead; MASE in each window`);
  const simple = Object.entries(baselines).map(([name, each]) =>
    score(
      name,
      parts.map(() => each),
    ),
  );
  let first: Forecast[] | undefined;
  const network = seeds.map((seed) => {
    manualSeed(seed);
    const learned = parts.map((part) => learn(series, part, training));
    first ??= learned;
    return score(`${training.cell.toUpperCase()}, seed ${seed}`, learned);
  });
  const rival = simple.find(({ by }) => by === "seasonal naive") as Score;
  const wins = network.flatMap(({ mae }) => mae.filter((error, index) => error < (rival.mae[index] as number))).length;
  const won = `${wins} of ${network.length * parts.length}`;
  say(`better than the seasonal naive forecast in ${won} windows`);
  return { series, windows: parts, baselines: simple, network, won, learned: first as Forecast[] };
}

function row({ by, mase, meanMase }: Score): string {
  return `  ${by.padEnd(26)} ${mase.map((value) => value.toFixed(2)).join("  ")}   mean ${meanMase.toFixed(3)}`;
}
