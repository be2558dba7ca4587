import { complaint, FormatError, show } from "../../errors.js";
import { DEEPEST, type Json, TAG } from "./encode-tree.js";

/** Gives what the file holds under a name: a tensor, or a typed array of a class. */
export type Take = (name: string, type: string | undefined) => unknown;

/** What `TreeEncoder` made JSON of: the same numbers, texts, arrays and objects. */
export class TreeDecoder {
  readonly #where: string;
  readonly #root: string;
  readonly #take: Take;

  /** @param root what the whole is called in errors */
  constructor(where: string, root: string, take: Take) {
    this.#where = where;
    this.#root = root;
    this.#take = take;
  }

  decode(json: Json, depth = 0): unknown {
    if (json === null || typeof json !== "object") return json;
    if (depth > DEEPEST) throw this.#failure(`at most ${DEEPEST} levels deep`, "more");
    if (Array.isArray(json)) return json.map((each: Json) => this.decode(each, depth + 1));
    const object = json as { readonly [key: string]: Json };
    if (Object.hasOwn(object, TAG)) return this.#decodeTagged(object, depth);
    return Object.fromEntries(Object.entries(object).map(([key, each]) => [key, this.decode(each, depth + 1)]));
  }

  #decodeTagged(json: { readonly [key: string]: Json }, depth: number): unknown {
    const { [TAG]: tag, value, name, type, entries } = json;
    if (tag === "undefined") return undefined;
    if (tag === "number" && typeof value === "string" && /^(-0|NaN|-?Infinity)$/.test(value)) return Number(value);
    if (tag === "tensor" && typeof name === "string") return this.#take(name, undefined);
    if (tag === "array" && typeof name === "string" && typeof type === "string") return this.#take(name, type);
    if (tag === "object" && isEntries(entries))
      return Object.fromEntries(entries.map(([key, each]) => [key, this.decode(each, depth + 1)]));
    throw this.#failure(`what io.checkpoint.save writes for ${show(TAG)}`, show(JSON.stringify(json)));
  }

  #failure(expected: string, actual: string): FormatError {
    return new FormatError(complaint(this.#where, `${this.#root} in the checkpoint`, expected, actual, "is it damaged?"));
  }
}

function isEntries(json: Json | undefined): json is [string, Json][] {
  return Array.isArray(json) && json.every((each: Json) => Array.isArray(each) && each.length === 2 && typeof each[0] === "string");
}
