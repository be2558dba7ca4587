import { integer, parse, quote, UsageError } from "../command-line.js";
import { type Cell, cells } from "./model.js";
import type { Budget } from "./train.js";

export interface Options {
  readonly budget: Budget;
  readonly cell: Cell;
  readonly hidden: number;
  readonly layers: number;
  /** A file of plain text; Moby Dick if undefined. */
  readonly text: string | undefined;
  readonly seed: number;
  /** Where the model goes; the picture gets the same name and ends in .svg. */
  readonly out: string;
}

export const usage = `Trains a character model on Moby Dick, lets it write, and says how well it knows what it has not read.

npm run demo -- [options]

  --seconds N   training time, without what comes before, between and after (default 90)
  --steps N     train for N steps instead: the same result every time
  --cell NAME   lstm, gru or rnn (default lstm)
  --hidden N    size of the hidden state (default 192)
  --layers N    recurrent layers (default 1)
  --text FILE   read this plain text instead of Moby Dick
  --seed N      of the first weights and of what is written (default 1)
  --out FILE    the model, as safetensors; the loss curve goes beside it, as SVG (default out/demo.safetensors)
  --help        this text

Ctrl-C ends the training; what was learned so far is saved.`;

const config = {
  seconds: { type: "string" },
  steps: { type: "string" },
  cell: { type: "string", default: "lstm" },
  hidden: { type: "string", default: "192" },
  layers: { type: "string", default: "1" },
  text: { type: "string" },
  seed: { type: "string", default: "1" },
  out: { type: "string", default: "out/demo.safetensors" },
  help: { type: "boolean", default: false },
} as const;

/**
 * Understands the command line.
 *
 * @returns undefined if help is asked for
 * @throws UsageError
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const values = parse(args, config);
  if (values.help) return undefined;
  if (values.seconds !== undefined && values.steps !== undefined) throw new UsageError("--seconds and --steps cannot both be given.");
  if (!values.out.endsWith(".safetensors")) throw new UsageError(`--out must end in .safetensors, got ${quote(values.out)}.`);
  return {
    budget: values.steps === undefined ? { seconds: seconds(values.seconds ?? "90") } : { steps: integer("--steps", values.steps, 1) },
    cell: cell(values.cell),
    hidden: integer("--hidden", values.hidden, 1),
    layers: integer("--layers", values.layers, 1),
    text: values.text,
    seed: integer("--seed", values.seed, 0),
    out: values.out,
  };
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`--seconds must be a number above 0, got ${quote(text)}.`);
}

function cell(text: string): Cell {
  if (Object.hasOwn(cells, text)) return text as Cell;
  throw new UsageError(`--cell must be one of ${Object.keys(cells).join(", ")}, got ${quote(text)}.`);
}
