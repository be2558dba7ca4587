import * as v from "valibot";
import { BASES } from "./series/baselines.js";
import { POLICIES } from "./series/spec.js";

const number = v.pipe(v.number(), v.finite());
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const moments = v.object({ mean: number, std: v.pipe(number, v.gtValue(0)) });

const step = v.variant("unit", [
  v.object({ unit: v.literal("month"), count: positive, day: positive }),
  v.object({ unit: v.literal("working day") }),
  v.object({ unit: v.literal("ms"), count: v.pipe(number, v.gtValue(0)) }),
]);

const spec = v.object({
  target: v.string(),
  inputs: v.array(
    v.variant("kind", [
      v.object({ kind: v.literal("number"), name: v.string() }),
      v.object({ kind: v.literal("category"), name: v.string(), values: v.array(v.string()) }),
    ]),
  ),
  date: v.nullable(v.string()),
  dateFormat: v.nullable(v.string()),
  /** How the file that was trained on writes its dates: what a new one means, where it could mean several. */
  written: v.optional(v.nullable(v.string())),
  step: v.nullable(step),
  where: v.nullable(v.object({ column: v.string(), value: v.string() })),
  missing: v.picklist(POLICIES),
});

const framing = v.object({
  window: positive,
  horizon: positive,
  base: v.picklist(BASES),
  season: v.nullable(positive),
  relative: v.boolean(),
  level: v.nullable(moments),
  spreads: v.object({ last: number, step: number, season: number }),
  residual: v.pipe(number, v.gtValue(0)),
  inputs: v.array(moments),
  calendar: v.array(v.picklist(["day", "week", "year"])),
});

const common = {
  /** Of this file. A run of a later one cannot be read. */
  format: v.literal(1),
  /** The version of unrolled that made the run. */
  unrolled: v.string(),
  /** What was learned from. */
  data: v.object({ file: v.string(), sha256: v.string() }),
  model: v.object({
    cell: v.picklist(["lstm", "gru", "rnn"]),
    hidden: positive,
    layers: positive,
    dropout: v.pipe(number, v.minValue(0), v.maxValue(1)),
  }),
  training: v.object({
    epochs: positive,
    batch: positive,
    lr: number,
    clip: number,
    patience: whole,
    seed: whole,
    weightDecay: number,
    simd: v.picklist(["simd128", "relaxed"]),
  }),
};

const seriesConfig = v.object({
  ...common,
  task: v.literal("series"),
  spec,
  framing,
  /** Of all forecasts that the network makes. */
  quantiles: v.pipe(v.array(number), v.minLength(1)),
  /** Whether the user asked for them, or there is the median alone. */
  intervals: v.boolean(),
  /** By how much each is moved, in the network's units; null before the end of training. */
  shifts: v.nullable(v.array(number)),
  split: v.object({ training: positive, validation: positive, rows: positive }),
  /** Until when rows were used to learn and to choose; null without dates. */
  usedUntil: v.nullable(number),
  naiveError: v.pipe(number, v.gtValue(0)),
});

const textConfig = v.object({
  ...common,
  task: v.literal("text"),
  unit: v.picklist(["characters", "bytes"]),
  /** The characters that numbers stand for; none for bytes. */
  vocabulary: v.array(v.string()),
  embedding: positive,
  window: positive,
  split: v.object({ training: positive, validation: positive, rows: positive }),
});

export const runConfig = v.variant("task", [seriesConfig, textConfig]);

export type SeriesConfig = v.InferOutput<typeof seriesConfig>;
export type TextConfig = v.InferOutput<typeof textConfig>;
export type RunConfig = SeriesConfig | TextConfig;

/** The newest format of config.json that is understood. */
export const FORMAT = 1;

/** Where a text is no config and what is amiss there; null if nothing is. */
export function configOf(json: unknown): { config: RunConfig } | { place: string; message: string } {
  const result = v.safeParse(runConfig, json);
  if (result.success) return { config: result.output };
  const [issue] = result.issues;
  return { place: v.getDotPath(issue) ?? "the whole", message: `${issue.expected ?? "something else"}, got ${issue.received}` };
}
