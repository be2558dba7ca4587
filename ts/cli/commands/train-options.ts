import type { OptionSpecs } from "../args.js";

const SERIES = "series (CSV)";
const TEXT = "text";
const MODEL = "model";
const LEARNING = "learning";

/** What `train` understands. */
export const trainOptions = {
  out: { value: "FOLDER", help: "the run: model, config, metrics, report (default run)" },
  overwrite: { help: "replace a run that is in that folder" },
  resume: { value: "FOLDER", help: "go on with a run that was interrupted, to the bit; or for longer, with more --epochs" },
  json: { help: "one JSON object a line on standard output, for machines" },
  target: { value: "COLUMN", help: "the column to forecast", group: SERIES },
  window: {
    value: "N",
    help: "rows that it reads (default 48); for text, characters that gradients flow back (default 64)",
    group: SERIES,
  },
  horizon: { value: "N", help: "rows that it says ahead, all at once (default 1)", group: SERIES },
  quantiles: { value: "LIST", help: "intervals, too: shares of values that are to lie below, as 0.1,0.5,0.9", group: SERIES },
  inputs: { value: "COLUMNS", help: "what to read beside the target, with commas, or none (default: all other columns)", group: SERIES },
  ignore: { value: "COLUMNS", help: "what not to read", group: SERIES },
  where: { value: "COLUMN=VALUE", help: "only these rows, where a file holds several series", group: SERIES },
  date: { value: "COLUMN", help: "the column of dates, or none (default: found)", group: SERIES },
  "date-format": { value: "FORMAT", help: "how dates are written, as '%d.%m.%Y' (default: found)", group: SERIES },
  missing: { value: "HOW", help: "missing values and rows: refuse, forward, interpolate or drop (default refuse)", group: SERIES },
  season: { value: "N", help: "rows after which the series repeats, 0 for never (default: found)", group: SERIES },
  base: {
    value: "NAME",
    help: "the simple forecast to correct: last, mean, median, season, seasonal-drift (default: the best)",
    group: SERIES,
  },
  "no-calendar": { help: "do not read where in the day, week and year a row is", group: SERIES },
  test: { value: "SHARE", help: "the last rows, which only the final test sees (default 0.15; 0 for none)", group: SERIES },
  text: { help: "the file is a text: learn to say the next character", group: TEXT },
  bytes: { help: "learn the next byte instead: any file", group: TEXT },
  embedding: { value: "N", help: "numbers that stand for a character (default 32)", group: TEXT },
  cell: { value: "NAME", help: "lstm, gru or rnn (default lstm)", group: MODEL },
  hidden: { value: "N", help: "size of the hidden state (default 32; for text 192)", group: MODEL },
  layers: { value: "N", help: "recurrent layers (default 1)", group: MODEL },
  dropout: { value: "P", help: "share of what the layers say that is dropped in training (default 0)", group: MODEL },
  epochs: {
    value: "N",
    help: "at most (default 60, or what makes 2,000 steps; for text what makes 3 million characters)",
    group: LEARNING,
  },
  batch: { value: "N", help: "windows in a step (default 32); for text, places read side by side (default 16)", group: LEARNING },
  lr: { value: "X", help: "learning rate (default 0.003; for text 0.005)", group: LEARNING },
  clip: { value: "X", help: "gradients are scaled down to this norm, 0 for never (default 1)", group: LEARNING },
  patience: {
    value: "N",
    help: "epochs without progress on validation after which it stops, 0 for never (default 12, or what makes 300 steps; for text a fifth of all)",
    group: LEARNING,
  },
  validation: { value: "SHARE", help: "what says when to stop, after what is learned from (default 0.15; for text 0.1)", group: LEARNING },
  seed: { value: "N", help: "of weights, order and dropout (default 0)", group: LEARNING },
} as const satisfies OptionSpecs;

export type TrainOptions = typeof trainOptions;

/** Options that say nothing of the other task. */
export const onlySeries: readonly (keyof TrainOptions)[] = (Object.keys(trainOptions) as (keyof TrainOptions)[]).filter((name) => {
  return (trainOptions as OptionSpecs)[name]?.group === SERIES && name !== "window";
});
export const onlyText: readonly (keyof TrainOptions)[] = ["text", "bytes", "embedding"];

/** What may stand beside --resume. */
export const withResume: readonly (keyof TrainOptions)[] = ["resume", "epochs", "patience", "json"];
