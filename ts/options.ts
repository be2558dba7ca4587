import { complaint, OptionError, show } from "./errors.js";

/** Bounds of a number: `min` and `max` are allowed values, `above` and `below` are not. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

/** The options a caller may pass for these defaults: any of them, or undefined for the default. */
export type Options<D extends object> = { readonly [K in keyof D]?: D[K] | undefined };

/**
 * `defaults` with what `options` says put over it; an option that is undefined keeps its default.
 *
 * The keys of `defaults` are the options there are: any other is an `OptionError` that names it, the nearest one there is, and all of them.
 * The result may be `defaults` itself: do not write to it.
 */
export function checkOptions<D extends object>(where: string, options: Options<D> | undefined, defaults: D): D {
  if (options === undefined) return defaults;
  if (typeof options !== "object" || options === null || Array.isArray(options) || ArrayBuffer.isView(options)) {
    throw new OptionError(complaint(where, "options", "an object", show(options)));
  }
  const result = { ...defaults };
  for (const name in options) {
    if (!Object.hasOwn(defaults, name)) throw unknownOption(where, name, Object.keys(defaults));
    const value = options[name as string as keyof D];
    if (value !== undefined) result[name as string as keyof D] = value;
  }
  return result;
}

function unknownOption(where: string, name: string, known: readonly string[]): OptionError {
  if (known.length === 0) return new OptionError(complaint(where, "options", "empty", show(name)));
  const near = nearest(name, known);
  return new OptionError(
    complaint(where, "option", `one of ${known.join(", ")}`, show(name), near === undefined ? undefined : `did you mean "${near}"?`),
  );
}

/** The known name that is nearest to `name`, if it is near enough to be a slip; snake_case and capitals do not count. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.replaceAll(/[_-]/g, "").toLowerCase();
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(plain(name), plain(candidate));
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein's distance. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const substituted = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

function fits(value: number, range: Range): boolean {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
  return value >= min && value <= max && !(value <= (range.above ?? Number.NaN)) && !(value >= (range.below ?? Number.NaN));
}

function showRange(kind: string, range: Range): string {
  const { min, max, above, below } = range;
  const lower = min ?? above;
  const upper = max ?? below;
  if (lower !== undefined && upper !== undefined) {
    return `${kind} in ${min === undefined ? "(" : "["}${lower}, ${upper}${max === undefined ? ")" : "]"}`;
  }
  if (lower !== undefined) return `${kind} ${min === undefined ? ">" : ">="} ${lower}`;
  return upper === undefined ? kind : `${kind} ${max === undefined ? "<" : "<="} ${upper}`;
}

/** `value` if it is a finite number in `range`. */
export function checkNumber(where: string, what: string, value: unknown, range: Range = {}): number {
  if (typeof value === "number" && Number.isFinite(value) && fits(value, range)) return value;
  throw new OptionError(complaint(where, what, showRange("a finite number", range), show(value)));
}

/** `value` if it is an integer in `range`. */
export function checkInteger(where: string, what: string, value: unknown, range: Range = {}): number {
  if (Number.isSafeInteger(value) && fits(value as number, range)) return value as number;
  throw new OptionError(complaint(where, what, showRange("an integer", range), show(value)));
}

/** `value` if it is true or false. */
export function checkBoolean(where: string, what: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new OptionError(complaint(where, what, "true or false", show(value)));
}

/** `value` if it is one of `choices`. */
export function checkOneOf<T extends string>(where: string, what: string, value: unknown, choices: readonly T[]): T {
  if (choices.includes(value as T)) return value as T;
  throw new OptionError(complaint(where, what, `one of ${choices.map(show).join(", ")}`, show(value)));
}
