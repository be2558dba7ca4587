import { complaint, OptionError, show } from "../../errors.js";
import { checkInteger, checkOptions } from "../../options.js";
import { table } from "../../print.js";
import { jsonOf } from "../bptt/json.js";
import { short } from "../bptt/numbers.js";
import type { LayerTrace } from "../layer-trace.js";
import { drawUnits } from "../render/units.js";
import { endsOf } from "./characters.js";
import { FEATURES, type Feature } from "./features.js";
import { READ_DEFAULTS, type Reader, type ReadOptions, readText, statesOf } from "./read.js";
import { Scores } from "./scores.js";

export interface FindUnitsOptions extends ReadOptions {
  /**
   * What to look for: for a text one number for each character (or byte), after it has been read.
   * @default inside quotes, inside parentheses, position in line, position in word, capital letter, end of sentence
   */
  readonly features?: { readonly [name: string]: Feature };
}

/** How well a unit tracks something. */
export interface TrackingUnit {
  readonly feature: string;
  /** The layer's name, and its place: what `cellText` takes as `layer`. */
  readonly name: string;
  readonly layer: number;
  readonly unit: number;
  /** Pearson's correlation of the unit's state with the feature; 0 for a unit that does not move. */
  readonly correlation: number;
  /** For features of 0 and 1: F1 of the best threshold of the state, and that threshold; null for others, and where a state is not finite. */
  readonly f1: number | null;
  readonly threshold: number | null;
  /** Whether the feature is there above the threshold, or below it. */
  readonly above: boolean | null;
}

/** Which units track what. */
export class UnitSearch {
  static readonly name: string = "UnitSearch";

  /** All units with all features: by feature, the strongest correlation first. */
  readonly units: readonly TrackingUnit[];
  /** Features that are the same all over the text, so that nothing can be said of them. */
  readonly absent: readonly string[];
  /** How many characters were read. */
  readonly characters: number;

  /** @internal Use `findUnits`. */
  constructor(units: readonly TrackingUnit[], absent: readonly string[], characters: number) {
    this.units = units;
    this.absent = absent;
    this.characters = characters;
  }

  /** The features that were found in the text. */
  get features(): string[] {
    return [...new Set(this.units.map(({ feature }) => feature))];
  }

  /** The units by one feature, the strongest correlation first. */
  of(feature: string): TrackingUnit[] {
    const found = this.units.filter((unit) => unit.feature === feature);
    if (found.length > 0) return found;
    const there = this.features.length === 0 ? "one that changes in the text" : `one of ${this.features.map(show).join(", ")}`;
    const hint = this.absent.includes(feature) ? "it is the same all over the text" : undefined;
    throw new OptionError(complaint("UnitSearch.of", "feature", there, show(feature), hint));
  }

  /**
   * Bars of the strongest correlations with each feature: an SVG file's text.
   *
   * @param options.top how many units of each @default 8
   */
  toSVG(options?: { readonly top?: number }): string {
    const { top } = checkOptions("UnitSearch.toSVG", options, { top: 8 });
    return drawUnits(this, checkInteger("UnitSearch.toSVG", "top", top, { min: 1, max: 60 }));
  }

  toJSON(): object {
    const { units, absent, characters } = this;
    return jsonOf({ units, absent, characters }) as object;
  }

  /** A table of the three strongest of each feature. */
  toString(): string {
    const rows = this.features.flatMap((feature) => {
      return this.of(feature)
        .slice(0, 3)
        .map(({ name, unit, correlation, f1 }, index) => {
          return [index === 0 ? feature : "", name, String(unit), correlation.toFixed(3), f1 === null ? "–" : short(f1)];
        });
    });
    const head = ["units that track", "layer", "unit", "correlation", "F1"];
    const absent = this.absent.length === 0 ? [] : [`not in the text: ${this.absent.join(", ")}`];
    return [...table(head, rows, ["left", "left"]), ...absent].join("\n");
  }

  /** @internal What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** A feature's values, for each character. */
interface Track {
  readonly feature: string;
  readonly values: Float32Array;
  readonly isBinary: boolean;
}

/**
 * Reads a text with a model of characters, and looks for units that track something: in every layer, the correlation of every unit's state after each
 * character with each feature there. The text is read span by span, so that memory does not grow with it but for a number a character and feature.
 *
 * @param model `forward(tokens, state?) → [output, state]`, or what `inputs` makes of tokens; gates are seen as by `trace`
 * @param text what to read; the longer, the less is chance
 *
 * @example
 * const found = findUnits(model, text, { vocabulary });
 * console.log(found);
 * const [best] = found.of("inside quotes");
 * console.log(cellText(model, text.slice(0, 2000), { vocabulary, layer: best.layer, unit: best.unit }).toString());
 */
export function findUnits(model: Reader, text: string, options?: FindUnitsOptions): UnitSearch {
  const where = "findUnits";
  const { features, ...reading } = checkOptions<typeof READ_DEFAULTS & { features: Readonly<Record<string, Feature>> }>(where, options, {
    ...READ_DEFAULTS,
    features: FEATURES,
  });
  const { encoded, spans } = readText(where, model, text, reading);
  const tracks = tracksOf(where, text, features);
  const moving = tracks.filter(({ values }) => values.some((value) => value !== values[0]));
  const layers: { trace: LayerTrace; width: number; scores: Scores[] }[] = [];
  let character = 0;
  for (const span of spans) {
    const states = span.layers.map((layer) => statesOf(where, layer, reading.state));
    for (const [at, { width }] of states.entries()) {
      layers[at] ??= { trace: span.layers[at] as LayerTrace, width, scores: moving.map(({ isBinary }) => new Scores(width, isBinary)) };
    }
    for (; character < encoded.ends.length; character++) {
      const step = (encoded.ends[character] as number) - 1 - span.start;
      if (step >= span.length) break;
      for (const [at, { values, width }] of states.entries()) {
        for (const [index, track] of moving.entries())
          layers[at]?.scores[index]?.add(track.values[character] as number, values, step * width);
      }
    }
  }
  const units = moving.flatMap(({ feature }, index) => {
    const found = layers.flatMap(({ trace, width, scores }, layer) => {
      return Array.from({ length: width }, (_, unit) => scored({ feature, name: trace.name, layer, unit }, scores[index] as Scores));
    });
    return found.sort((one, other) => strength(other) - strength(one));
  });
  const absent = tracks.filter((track) => !moving.includes(track)).map(({ feature }) => feature);
  return new UnitSearch(units, absent, encoded.characters.length);
}

function scored(which: Pick<TrackingUnit, "feature" | "name" | "layer" | "unit">, scores: Scores): TrackingUnit {
  const correlation = scores.correlation(which.unit);
  // Of a state that is not finite somewhere only a part could be told apart.
  const threshold = Number.isNaN(correlation) ? null : scores.threshold(which.unit);
  return { ...which, correlation, ...(threshold ?? { f1: null, threshold: null, above: null }) };
}

/** What is not a number is last. */
function strength({ correlation }: TrackingUnit): number {
  return Number.isNaN(correlation) ? -1 : Math.abs(correlation);
}

function tracksOf(where: string, text: string, features: unknown): Track[] {
  if (typeof features !== "object" || features === null || Object.keys(features).length === 0) {
    throw new OptionError(complaint(where, "features", "an object of functions of the text", show(features)));
  }
  return Object.entries(features).map(([feature, compute]: [string, unknown]) => {
    if (typeof compute !== "function")
      throw new OptionError(complaint(where, `features["${feature}"]`, "a function of the text", show(compute)));
    const given = compute(text) as ArrayLike<number> | undefined;
    const what = `features["${feature}"](text)`;
    const ends = endsOf(where, what, text, given?.length ?? 0);
    const values = Float32Array.from(ends, (end) => Number(given?.[end - 1]));
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new OptionError(complaint(where, what, "of finite numbers", `${values[wrong]} at character ${wrong}`));
    return { feature, values, isBinary: values.every((value) => value === 0 || value === 1) };
  });
}
