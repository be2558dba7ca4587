import {
  DTypeError,
  FormatError,
  InternalError,
  OptionError,
  OutOfMemoryError,
  ShapeError,
  StateDictError,
  UnrolledError,
  zeros,
} from "unrolled";
import { describe, expect, test } from "vitest";
import { complaint, show, showShape } from "../ts/errors.js";
import { checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptions, nearest } from "../ts/options.js";

describe("checkOptions", () => {
  const defaults: { numLayers: number; batchFirst: boolean; name: string | undefined } = {
    numLayers: 1,
    batchFirst: false,
    name: undefined,
  };
  const check = (options: unknown) => checkOptions("nn.LSTM", options as never, defaults);

  test("puts what is given over the defaults, which stay as they are", () => {
    expect(check({ batchFirst: true })).toEqual({ numLayers: 1, batchFirst: true, name: undefined });
    expect(check({ name: "a" }).name).toBe("a");
    expect(check(undefined)).toEqual(defaults);
    expect(defaults).toEqual({ numLayers: 1, batchFirst: false, name: undefined });
  });

  test("takes undefined for the default", () => {
    expect(check({ numLayers: undefined })).toEqual(defaults);
  });

  test("names an unknown option, the nearest one, and all", () => {
    expect(() => check({ batch_first: true })).toThrow(OptionError);
    expect(() => check({ batch_first: true })).toThrow(
      'nn.LSTM: option must be one of numLayers, batchFirst, name, got "batch_first"; did you mean "batchFirst"?',
    );
    expect(() => check({ hidden: 3, numLayers: 2 })).toThrow(/^nn\.LSTM: option must be one of numLayers, batchFirst, name, got "hidden"$/);
    expect(() => check({ constructor: 1 })).toThrow('got "constructor"');
    expect(() => checkOptions("f", { p: 1 } as never, {})).toThrow('f: options must be empty, got "p"');
  });

  test.each([[3], [null], [[]], ["numLayers"], [new Float32Array(1)]])("refuses %j as options", (options) => {
    expect(() => check(options)).toThrow(`nn.LSTM: options must be an object, got ${show(options)}`);
  });
});

test.each([
  ["num_layers", "numLayers"],
  ["NumLayers", "numLayers"],
  ["numLayer", "numLayers"],
  ["nmuLayers", "numLayers"],
  ["weightDecay", undefined],
])("nearest(%s) is %s", (name, expected) => {
  expect(nearest(name, ["numLayers", "batchFirst", "p"])).toBe(expected);
});

describe("checks", () => {
  test("give the value back", () => {
    expect([
      checkNumber("f", "x", 0.5),
      checkInteger("f", "x", -3),
      checkBoolean("f", "x", false),
      checkOneOf("f", "x", "a", ["a"]),
    ]).toEqual([0.5, -3, false, "a"]);
    expect(checkNumber("f", "x", 1, { min: 1, max: 1 })).toBe(1);
  });

  test.each<[() => unknown, string]>([
    [() => checkNumber("f", "lr", Number.NaN), "f: lr must be a finite number, got NaN"],
    [() => checkNumber("f", "lr", "1"), 'f: lr must be a finite number, got "1"'],
    [() => checkNumber("f", "p", 2, { min: 0, max: 1 }), "f: p must be a finite number in [0, 1], got 2"],
    [() => checkNumber("f", "p", 1, { min: 0, below: 1 }), "f: p must be a finite number in [0, 1), got 1"],
    [() => checkNumber("f", "p", 0, { above: 0, max: 1 }), "f: p must be a finite number in (0, 1], got 0"],
    [() => checkNumber("f", "lr", -1, { min: 0 }), "f: lr must be a finite number >= 0, got -1"],
    [() => checkNumber("f", "lr", 0, { above: 0 }), "f: lr must be a finite number > 0, got 0"],
    [() => checkNumber("f", "lr", 2, { max: 1 }), "f: lr must be a finite number <= 1, got 2"],
    [() => checkNumber("f", "lr", 1, { below: 1 }), "f: lr must be a finite number < 1, got 1"],
    [() => checkInteger("f", "n", 1.5), "f: n must be an integer, got 1.5"],
    [() => checkInteger("f", "n", 0, { min: 1 }), "f: n must be an integer >= 1, got 0"],
    [() => checkBoolean("f", "bias", 1), "f: bias must be true or false, got 1"],
    [() => checkOneOf("f", "mode", "c", ["a", "b"]), 'f: mode must be one of "a", "b", got "c"'],
  ])("%#", (run, message) => {
    expect(run).toThrow(OptionError);
    expect(run).toThrow(new OptionError(message));
  });
});

describe("messages", () => {
  test("have one form", () => {
    expect(complaint("LSTM.forward", "input", "[T, N, 3]", "[5, 2, 4]")).toBe("LSTM.forward: input must be [T, N, 3], got [5, 2, 4]");
    expect(complaint("f", "x", "1", "2", "try 3")).toBe("f: x must be 1, got 2; try 3");
    expect(showShape([2, 3])).toBe("[2, 3]");
  });

  test.each<[unknown, string]>([
    [3, "3"],
    ["3", '"3"'],
    ["x".repeat(70), `"${"x".repeat(57)}..."`],
    [null, "null"],
    [undefined, "undefined"],
    [12n, "12"],
    [() => 1, "a function"],
    [[1, "a", [2]], '[1, "a", [2]]'],
    [Array(9).fill(0), "an array of 9"],
    [new Int32Array(2), "an Int32Array"],
    [new Uint8Array(2), "a Uint8Array"],
    [{ p: 1, q: 2 }, "{ p, q }"],
    [new Map(), "an object"],
    [zeros([2, 1]), "a float32 tensor [2, 1]"],
    [zeros([], { dtype: "int32" }), "an int32 tensor []"],
  ])("show %#", (value, text) => {
    expect(show(value)).toBe(text);
  });

  test("every error class is an UnrolledError, and knows its name", () => {
    const classes = { ShapeError, DTypeError, OptionError, StateDictError, FormatError, OutOfMemoryError, InternalError };
    for (const [name, type] of Object.entries(classes)) {
      const error = new type("text");
      expect([error instanceof UnrolledError, error.name, error.message]).toEqual([true, name, "text"]);
    }
  });
});
