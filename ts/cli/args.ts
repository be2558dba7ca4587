import { type ParseArgsConfig, parseArgs } from "node:util";
import { quote, sentence, UsageError } from "./errors.js";
import { nearest } from "./nearest.js";

/** One option of a command. */
export interface OptionSpec {
  /** What stands for the value in the help; a switch if left out. */
  readonly value?: string;
  readonly help: string;
  /** Under which heading of the help. @default "" */
  readonly group?: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values of options that were given: text, or true for switches. */
export interface Parsed<S extends OptionSpecs> {
  readonly values: { readonly [K in keyof S]?: string };
  readonly positionals: readonly string[];
}

const HELP: OptionSpec = { help: "this text" };

/**
 * Understands the arguments of a command.
 *
 * @throws UsageError that names the nearest option
 */
export function parse<S extends OptionSpecs>(where: string, args: readonly string[], specs: S): Parsed<S> {
  const all: OptionSpecs = { ...specs, help: HELP };
  const options: ParseArgsConfig["options"] = Object.fromEntries(
    Object.entries(all).map(([name, { value }]) => [name, { type: value === undefined ? "boolean" : "string" }]),
  );
  const { tokens, positionals } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const values: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const spec = Object.hasOwn(all, token.name) ? all[token.name] : undefined;
    if (spec === undefined || !token.rawName.startsWith("--")) throw unknownOption(where, token.rawName, Object.keys(all));
    values[token.name] = checkValue(where, token.name, spec, token.value, token.inlineValue === true);
  }
  return { values: values as Parsed<S>["values"], positionals };
}

function unknownOption(where: string, name: string, known: readonly string[]): UsageError {
  const best = nearest(name.replace(/^-+/, ""), known);
  const hint = best === undefined ? `${where} --help lists them` : `did you mean --${best}?`;
  return new UsageError(sentence(where, "options", "known ones", name, hint));
}

function checkValue(where: string, name: string, { value: kind }: OptionSpec, value: string | undefined, inline: boolean): string {
  if (kind === undefined) {
    if (inline) throw new UsageError(sentence(where, `--${name}`, "alone", `--${name}=${value}`));
    return "true";
  }
  const isMissing = value === undefined || (!inline && /^--\w/.test(value));
  if (isMissing)
    throw new UsageError(sentence(where, `--${name}`, `followed by a value (${kind})`, value === undefined ? "nothing" : value));
  return value;
}

/** Checks that there are as many positional arguments as a command takes. */
export function checkPositionals(where: string, given: readonly string[], names: readonly string[], least = names.length): void {
  if (given.length >= least && given.length <= names.length) return;
  const expected = names.length === 0 ? "none" : names.join(" ");
  throw new UsageError(
    sentence(where, "arguments", expected, given.length === 0 ? "none" : given.join(" "), `${where} --help has examples`),
  );
}

/** Reads values of options as what they must be. */
export class Values<S extends OptionSpecs> {
  static readonly name: string = "Values";
  readonly #where: string;
  readonly #values: Parsed<S>["values"];

  constructor(where: string, { values }: Parsed<S>) {
    this.#where = where;
    this.#values = values;
  }

  has(name: keyof S): boolean {
    return this.#values[name] !== undefined;
  }

  text(name: keyof S): string | undefined {
    return this.#values[name];
  }

  /** A whole number within bounds. */
  integer(name: keyof S & string, standard: number, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
    const text = this.#values[name];
    if (text === undefined) return standard;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw this.#wrong(name, `a whole number of at least ${min}${max < Number.MAX_SAFE_INTEGER ? ` and at most ${max}` : ""}`, text);
  }

  /** A number within bounds; `above` leaves out the least one. */
  number(name: keyof S & string, standard: number, { min, max, above = false }: { min: number; max?: number; above?: boolean }): number {
    const text = this.#values[name];
    if (text === undefined) return standard;
    const value = Number(text);
    const fits = Number.isFinite(value) && (above ? value > min : value >= min) && (max === undefined || value < max);
    if (text.trim() !== "" && fits) return value;
    throw this.#wrong(name, `a number ${above ? "above" : "of at least"} ${min}${max === undefined ? "" : ` and below ${max}`}`, text);
  }

  oneOf<const T extends string>(name: keyof S & string, standard: T, choices: readonly T[]): T {
    const text = this.#values[name];
    if (text === undefined) return standard;
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    const best = nearest(text, choices);
    throw this.#wrong(name, `one of ${choices.join(", ")}`, text, best === undefined ? undefined : `did you mean ${best}?`);
  }

  /** Names with commas between them. */
  names(name: keyof S): string[] | undefined {
    return this.#values[name]
      ?.split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "");
  }

  /** The error that says that a value is wrong. */
  wrong(name: keyof S & string, expected: string, hint?: string): UsageError {
    return this.#wrong(name, expected, this.#values[name] ?? "nothing", hint);
  }

  #wrong(name: string, expected: string, actual: string, hint?: string): UsageError {
    return new UsageError(sentence(this.#where, `--${name}`, expected, quote(actual), hint));
  }
}
