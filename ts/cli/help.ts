import { wrap } from "../print.js";
import type { OptionSpecs } from "./args.js";

/** What a command says of itself. */
export interface CommandHelp {
  readonly name: string;
  readonly summary: string;
  /** Command lines, with what they do. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** The arguments behind the name. */
  readonly usage: string;
  readonly options: OptionSpecs;
  /** What else one should know. */
  readonly notes?: readonly string[];
}

const WIDTH = 96;

/** A text broken at spaces; lines after the first are indented. */
function wrapped(text: string, width: number, indent: string): string {
  return wrap(text, width, "", "").join(`\n${indent}`);
}

/** Two columns, as wide as the first must be. */
export function columns(rows: readonly (readonly [string, string])[], most = 34): string {
  const width = Math.min(most, Math.max(...rows.map(([left]) => left.length)));
  const indent = " ".repeat(width + 4);
  return rows
    .map(([left, right]) => {
      const head = left.length > width ? `  ${left}\n${indent}` : `  ${left.padEnd(width)}  `;
      return head + wrapped(right, WIDTH - width - 4, indent);
    })
    .join("\n");
}

/** The help of a command: what it is for, examples, then its options. */
export function helpOf({ name, summary, examples, usage, options, notes = [] }: CommandHelp): string {
  const rows = Object.entries(options).map(([option, { value, help, group = "" }]) => ({
    group,
    row: [value === undefined ? `--${option}` : `--${option} ${value}`, help] as const,
  }));
  const groups = [...new Set(rows.map(({ group }) => group))];
  const sections = groups.map((group) => {
    const of = rows.filter((each) => each.group === group).map(({ row }) => row);
    const all = group === groups[0] ? [...of, ["--help", "this text"] as const] : of;
    return `${group === "" ? "options" : group}\n${columns(all)}`;
  });
  const lines = examples.map(([line, meaning]) => `  ${line}\n      ${wrapped(meaning, WIDTH - 6, "      ")}`);
  const rest = notes.length === 0 ? [] : [notes.map((note) => wrapped(note, WIDTH, "")).join("\n")];
  return [`examples\n${lines.join("\n")}`, `unrolled ${name} ${usage}`.trim(), wrapped(summary, WIDTH, ""), ...sections, ...rest].join(
    "\n\n",
  );
}
