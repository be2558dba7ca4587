import type { data } from "unrolled";
import * as unrolled from "unrolled";
import * as node from "unrolled/node";
import { describe, expect, test } from "vitest";
import { matches, type Row, sections } from "../support/compat.js";
import { golden } from "../support/golden.js";

/** Types, of which nothing is left at run time; that they are exported is known to the compiler. */
type Types = { Dataset: data.Dataset; Sampler: data.Sampler };
const types: Record<keyof Types, true> = { Dataset: true, Sampler: true };

/** Members of classes that users do not see: protected, or taken out of the published types. */
const internal = new Set(
  `constructor checkGrad accumulateGrad accumulatePointer draw uniform64 takeNormal keepNormal members typeName prepareLoad keep kinds restartLrs
   nextMomentums start initialStep uncount restart setEpoch scaled scaledBase unchanged`.split(/\s+/),
);

/** What "nn.init" or "optim.Optimizer" stands for. */
function resolve(from: object, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => {
    const own = value as Record<string, unknown> & { prototype?: object };
    return typeof own === "function" ? members(own).find((member) => member === name) : own?.[name];
  }, from);
}

/** The public names in a namespace or a class. */
function members(value: object): string[] {
  if (typeof value !== "function") {
    // Namespaces in it have their own sections.
    return Object.entries(value).flatMap(([name, each]) => (Object.prototype.toString.call(each) === "[object Module]" ? [] : name));
  }
  const names: string[] = [];
  for (let level = value.prototype as object; level !== Object.prototype; level = Object.getPrototypeOf(level) as object) {
    names.push(...Object.getOwnPropertyNames(level).filter((name) => !internal.has(name)));
  }
  return names;
}

const all = sections();
const namesIn = (rows: readonly Row[]) => rows.flatMap(({ names }) => names);
const isHere = ({ status }: Row) => status !== "not here";

/** The sections of each namespace, and the namespace itself. */
const spaces = [...new Set(all.flatMap(({ namespace }) => namespace ?? []))].map((path) => {
  const space = path === "unrolled" ? unrolled : path === "unrolled/node" ? node : resolve(unrolled, path);
  const rows = all.filter(({ namespace }) => namespace === path).flatMap((section) => section.rows);
  return { path, space: space as object, rows };
});

describe.each(spaces)("$path", ({ path, space, rows }) => {
  test("has the names that are said to be here", () => {
    const missing = namesIn(rows.filter(isHere)).filter(
      ({ here }) => !(here in types && path === "data") && resolve(space, here) === undefined,
    );
    expect(missing).toEqual([]);
  });

  test("has no names that are said not to be here", () => {
    const absent = namesIn(rows.filter((row) => !isHere(row)));
    expect(members(space).filter((name) => absent.some(({ here }) => matches(here, name)))).toEqual([]);
  });

  test("has no name that the list has not", () => {
    const listed = namesIn(rows.filter(isHere)).map(({ here }) => here);
    expect(nested(path, space).filter((name) => !listed.includes(name))).toEqual([]);
  });
});

/** The names in it; of `io`, whose namespaces have no sections, those in these. */
function nested(path: string, space: object): string[] {
  if (path !== "io") return members(space);
  return Object.entries(space).flatMap(([name, inner]) => members(inner as object).map((each) => `${name}.${each}`));
}

test("every namespace has a section", () => {
  const paths = (value: object, prefix: string): string[] =>
    Object.entries(value).flatMap(([name, each]) =>
      Object.prototype.toString.call(each) === "[object Module]" ? [prefix + name, ...paths(each as object, `${prefix}${name}.`)] : [],
    );
  const listed = spaces.map(({ path }) => path);
  expect(paths(unrolled, "").filter((path) => !listed.includes(path) && !path.startsWith("io."))).toEqual([]);
});

test.each(golden<{ module: string; names: string[] }>("names"))("torch.$module: every name is in the list", ({ module, names }) => {
  const listed = namesIn(all.filter(({ modules }) => modules.includes(module)).flatMap(({ rows }) => rows)).map(({ torch }) => torch);
  expect(names.filter((name) => !listed.some((each) => matches(each, name)))).toEqual([]);
  expect(names.length).toBeGreaterThan(0);
});

test.each(all)("$heading: every row says one of four things, and what differs or is not here says how or why", ({ rows }) => {
  expect(rows.length).toBeGreaterThan(0);
  for (const { names, status, remark } of rows) {
    expect(["same", "different", "not here", "only here"]).toContain(status);
    expect(names.length).toBeGreaterThan(0);
    expect(status === "same" || remark !== "", names[0]?.torch).toBe(true);
  }
  const listed = namesIn(rows).map(({ torch }) => torch);
  expect(listed.filter((name, index) => listed.indexOf(name) !== index)).toEqual([]);
});
