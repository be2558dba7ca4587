import { type ParseArgsConfig, parseArgs } from "node:util";

/** The command line cannot be understood; the message is one sentence. */
export class UsageError extends Error {}

/**
 * The options' values, as text.
 *
 * @throws UsageError
 */
export function parse<T extends NonNullable<ParseArgsConfig["options"]>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    // Node's own sentences name the option and what is wrong; what follows the first one is advice on `--`.
    if (error instanceof TypeError) throw new UsageError(`${error.message.split(/\. |\n/)[0]?.replace(/\.$/, "")}.`);
    throw error;
  }
}

/**
 * A whole number of at least `min`.
 *
 * @throws UsageError
 */
export function integer(name: string, text: string, min: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && Number.isSafeInteger(value)) return value;
  throw new UsageError(`${name} must be a whole number of at least ${min}, got ${quote(text)}.`);
}

export function quote(text: string): string {
  return JSON.stringify(text);
}
