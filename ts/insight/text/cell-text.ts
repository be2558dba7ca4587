import { complaint, OptionError, showShape } from "../../errors.js";
import { checkBoolean, checkInteger, checkOptions } from "../../options.js";
import { jsonOf } from "../bptt/json.js";
import { drawCellText } from "../render/cell-text.js";
import { htmlOfCellText } from "../render/cell-text-html.js";
import { printCellText } from "../render/cell-text-terminal.js";
import { READ_DEFAULTS, type Reader, type ReadOptions, readText, type States, statesOf } from "./read.js";

export interface CellTextOptions extends ReadOptions {
  /** The unit by whose state the text is coloured. @default 0 */
  readonly unit?: number;
  /** Which layer and direction, as `trace` counts them; negative counts from the last. @default −1 */
  readonly layer?: number;
}

export interface CellTextSVGOptions {
  /** The first line that is drawn. @default 0 */
  readonly from?: number;
  /** How many lines at most. @default 60 */
  readonly lines?: number;
  /** Where lines are broken. @default 96 */
  readonly columns?: number;
}

/** A text, and the state of one unit after each of its characters. */
export class CellText {
  static readonly name: string = "CellText";

  /** Code points. */
  readonly characters: readonly string[];
  /** The state after each of them. */
  readonly values: Float32Array;
  /** The layer's name, as `trace` has it. */
  readonly layer: string;
  readonly unit: number;
  readonly state: "tanh(c)" | "h";

  /** @internal Use `cellText`. */
  constructor(characters: readonly string[], values: Float32Array, layer: string, unit: number, state: "tanh(c)" | "h") {
    this.characters = characters;
    this.values = values;
    this.layer = layer;
    this.unit = unit;
    this.state = state;
  }

  /** The text on coloured ground, blue below zero and red above: an SVG file's text. Lines are broken and counted as it says. */
  toSVG(options?: CellTextSVGOptions): string {
    const where = "CellText.toSVG";
    const { from, lines, columns } = checkOptions(where, options, { from: 0, lines: 60, columns: 96 });
    checkInteger(where, "from", from, { min: 0 });
    checkInteger(where, "lines", lines, { min: 1, max: 500 });
    checkInteger(where, "columns", columns, { min: 8, max: 200 });
    return drawCellText(this, { from, lines, columns });
  }

  /** All of the text as a page of HTML for itself: nothing is loaded, nothing runs. The state is shown where the pointer rests. */
  toHTML(): string {
    return htmlOfCellText(this);
  }

  /**
   * The text for a terminal: on coloured ground, or, without colours, with a row of bars below each line.
   *
   * @param options.color whether it has colours @default if standard output is a terminal, and NO_COLOR is not set
   * @param options.columns where lines are broken @default 80
   */
  toString(options?: { readonly color?: boolean; readonly columns?: number }): string {
    const where = "CellText.toString";
    const { color, columns } = checkOptions<{ color: boolean | undefined; columns: number }>(where, options, {
      color: undefined,
      columns: 80,
    });
    if (color !== undefined) checkBoolean(where, "color", color);
    return printCellText(this, color ?? hasColours(), checkInteger(where, "columns", columns, { min: 8 }));
  }

  toJSON(): object {
    const { characters, layer, unit, state, values } = this;
    return jsonOf({ text: characters.join(""), layer, unit, state, values }) as object;
  }

  /** @internal What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** https://no-color.org; FORCE_COLOR is asked as Node does. A browser's console has no such colours. */
function hasColours(): boolean {
  const { process } = globalThis as {
    readonly process?: { readonly env?: Record<string, string | undefined>; readonly stdout?: { readonly isTTY?: boolean } };
  };
  if (process?.env?.["NO_COLOR"]) return false;
  const forced = process?.env?.["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return process?.stdout?.isTTY === true && process.env?.["TERM"] !== "dumb";
}

/**
 * Reads a text with a model of characters, and colours it by the state of one unit after each character, as in Karpathy, Johnson and Fei-Fei 2015,
 * "Visualizing and understanding recurrent networks". Long texts are read span by span, with the state carried on.
 *
 * @param model `forward(tokens, state?) → [output, state]`, or what `inputs` makes of tokens
 * @param text what to read
 *
 * @example
 * const seen = cellText(model, text, { vocabulary, unit: 17 });
 * console.log(seen.toString());
 * await writeFile("unit-17.html", seen.toHTML());
 */
export function cellText(model: Reader, text: string, options?: CellTextOptions): CellText {
  const where = "cellText";
  const { unit, layer, ...reading } = checkOptions(where, options, { ...READ_DEFAULTS, unit: 0, layer: -1 });
  checkInteger(where, "layer", layer);
  checkInteger(where, "unit", unit, { min: 0 });
  const { encoded, spans } = readText(where, model, text, reading);
  const { characters, ends } = encoded;
  const values = new Float32Array(characters.length);
  let seen: { name: string; states: States } | undefined;
  let character = 0;
  for (const span of spans) {
    const chosen = span.layers.at(layer);
    if (chosen === undefined || layer >= span.layers.length) {
      const most = span.layers.length;
      throw new OptionError(complaint(where, "layer", `an integer in [${-most}, ${most - 1}]`, String(layer)));
    }
    const states = statesOf(where, chosen, reading.state);
    if (unit >= states.width) {
      throw new OptionError(
        complaint(where, "unit", `an integer in [0, ${states.width - 1}] for ${chosen.name} ${showShape(chosen.shape)}`, String(unit)),
      );
    }
    for (; character < ends.length; character++) {
      const step = (ends[character] as number) - 1 - span.start;
      if (step >= span.length) break;
      values[character] = states.values[step * states.width + unit] as number;
    }
    seen = { name: chosen.name, states };
  }
  const { name, states } = seen as { name: string; states: States };
  return new CellText(characters, values, name, unit, states.name);
}
