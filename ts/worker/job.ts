import type { Control } from "./control.js";

/**
 * What a Worker does in a run: a generator function, asynchronous or not. What it yields is the progress, what it returns is the result.
 *
 * While it waits at a `yield`, messages and the end come in; so it should yield every so many milliseconds.
 */
export type Job<Options, Progress, Result = void, Message = never> = (
  options: Options,
  control: Control<Message>,
) => Generator<Progress, Result, undefined> | AsyncGenerator<Progress, Result, undefined>;

/** Any {@link Job}. */
export type AnyJob = (
  options: never,
  control: Control<never>,
) => Generator<unknown, unknown, undefined> | AsyncGenerator<unknown, unknown, undefined>;

/** The options of a {@link Job}; undefined if it takes none. */
export type OptionsOf<J extends AnyJob> = Parameters<J> extends [] ? undefined : Parameters<J>[0];

/** What a {@link Job} yields. */
export type ProgressOf<J extends AnyJob> = ReturnType<J> extends Generator<infer P> | AsyncGenerator<infer P> ? P : never;

/** What a {@link Job} returns. */
export type ResultOf<J extends AnyJob> =
  ReturnType<J> extends Generator<unknown, infer R, undefined> | AsyncGenerator<unknown, infer R, undefined> ? R : never;

/** The messages that a {@link Job} receives. */
export type MessageOf<J extends AnyJob> = Parameters<J>[1] extends Control<infer M> ? M : never;
