import { complaint, OptionError, StateDictError, show } from "../../errors.js";
import { isObject } from "../load.js";
import type { Optimizer } from "../optimizer.js";

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What `stateDict()` of a scheduler gives: plain data, by PyTorch's names. */
export type SchedulerStateDict = { [name: string]: Json };

/** What a value of a state may be. */
export interface Kind {
  readonly expected: string;
  /** The value as it is kept; undefined if it is none of this kind. */
  readonly read: (value: unknown) => Json | undefined;
  /** Whether it may be missing. */
  readonly isOptional?: boolean;
}

/** What each value of a state may be. */
export type Kinds<S> = { readonly [K in keyof S]: Kind };

function kind(expected: string, fits: (value: unknown) => boolean): Kind {
  return { expected, read: (value) => (fits(value) ? (structuredClone(value) as Json) : undefined) };
}

const isNotNegative = (value: unknown) => Number.isFinite(value) && (value as number) >= 0;

export const finite: Kind = kind("a finite number", Number.isFinite);
export const notNegative: Kind = kind("a finite number >= 0", isNotNegative);
export const flag: Kind = kind("true or false", (value) => typeof value === "boolean");
export const nothing: Kind = kind("null", (value) => value === null);

export function integer(min: number): Kind {
  return kind(`an integer >= ${min}`, (value) => Number.isSafeInteger(value) && (value as number) >= min);
}

export function exactly(value: boolean): Kind {
  return kind(String(value), (actual) => actual === value);
}

export function oneOf(...choices: readonly string[]): Kind {
  return kind(`one of ${choices.map(show).join(", ")}`, (value) => choices.includes(value as string));
}

/** A list of `min` to `max` values of a kind. */
export function listOf(element: Kind, min = 1, max: number = Number.POSITIVE_INFINITY): Kind {
  const range = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
  return kind(`a list of ${min === max ? min : range}, each ${element.expected}`, (value) => {
    const isList = Array.isArray(value) && value.length >= min && value.length <= max;
    return isList && value.every((each) => element.read(each) !== undefined);
  });
}

/** A list of values of a kind, one for each group; the optimizer may have been given some since. */
export function eachGroup(element: Kind, { paramGroups }: Optimizer): Kind {
  return listOf(element, 1, paramGroups.length);
}

/** The kinds, of which none need be there unless `isNeeded`. */
export function optional<S>(kinds: Kinds<S>, isNeeded: boolean): Kinds<S> {
  const entries = Object.entries<Kind>(kinds).map(([name, each]) => [name, { ...each, isOptional: !isNeeded }]);
  return Object.fromEntries(entries) as Kinds<S>;
}

/** What PyTorch's schedulers of other versions have besides. */
const IGNORED: ReadonlySet<string> = new Set(["verbose"]);

/**
 * The values of a state, checked.
 *
 * @throws OptionError unless it is an object
 * @throws StateDictError if a value is missing, not of its kind, or of no name there is
 */
export function checkState<S>(where: string, source: unknown, kinds: Kinds<S>, prefix: string): S {
  if (!isObject(source)) throw new OptionError(complaint(where, prefix === "" ? "stateDict" : prefix, "an object", show(source)));
  const dot = prefix === "" ? "" : `${prefix}.`;
  const unknown = Object.keys(source).find((name) => !Object.hasOwn(kinds, name) && !IGNORED.has(name));
  if (unknown !== undefined) {
    throw new StateDictError(complaint(where, "a name", `one of ${Object.keys(kinds).join(", ")}`, show(`${dot}${unknown}`)));
  }
  const state: Record<string, Json> = {};
  for (const [name, { expected, read, isOptional }] of Object.entries<Kind>(kinds)) {
    if (source[name] === undefined && isOptional) continue;
    const value = read(source[name]);
    if (value === undefined) throw new StateDictError(complaint(where, `${dot}${name}`, expected, show(source[name])));
    state[name] = value;
  }
  return state as S;
}
