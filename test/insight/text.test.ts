import { inspect } from "node:util";
import { getRngState, manualSeed, nn, noGrad, type Tensor, tensor } from "unrolled";
import { cellText, findUnits, trace } from "unrolled/insight";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FEATURES } from "../../ts/insight/text/features.js";
import { Quotes, Stateless, text, VOCABULARY } from "./text-models.js";
import { all, parseXml, readSvg, textOf } from "./xml.js";

const vocabulary = VOCABULARY;
const ids = (of: string) => Int32Array.from([...of], (character) => [...VOCABULARY].indexOf(character));

/** Whether each character is inside “ and ”. */
function inside(of: string): number[] {
  let value = 0;
  return [...of].map((character) => {
    value = character === "“" ? 1 : character === "”" ? 0 : value;
    return value;
  });
}

beforeEach(() => void manualSeed(4));

describe("cellText", () => {
  test.each([{}, { batchFirst: true }])("is the unit's state after each character, whatever the span: %o", (options) => {
    const model = new Quotes(options);
    const tokens = tensor(ids(text), { shape: "batchFirst" in options ? [1, text.length] : [text.length, 1] });
    const { layers } = trace(model, tokens);
    const before = getRngState();
    for (const span of [1, 7, 256]) {
      for (const [layer, unit] of [
        [0, 3],
        [1, 2],
        [-1, 4],
      ] as const) {
        const seen = cellText(model, text, { vocabulary, unit, layer, span });
        const cells = layers.at(layer)!.c!;
        expect(seen.state).toBe("tanh(c)");
        for (const [at, value] of seen.values.entries()) expect(value).toBeCloseTo(Math.tanh(cells[at * 5 + unit]!), 5);
        const hidden = cellText(model, text, { vocabulary, unit, layer, span, state: "h" });
        for (const [at, value] of hidden.values.entries()) expect(value).toBeCloseTo(layers.at(layer)!.h[at * 5 + unit]!, 5);
      }
    }
    expect(getRngState()).toEqual(before);
    const quotes = cellText(model, text, { vocabulary, unit: 3, layer: 0 });
    for (const [at, is] of inside(text).entries()) expect(quotes.values[at]).toBeCloseTo(is * Math.tanh(1), 4);
  });

  test("a vocabulary, a function and bytes are the same text", () => {
    const model = new Quotes();
    const odd = "Né 🙂 said “é”.\t\n";
    const expected = cellText(model, odd, { vocabulary, unit: 1 });
    expect(expected.characters.length).toBe([...odd].length);
    expect(cellText(model, odd, { vocabulary: [...VOCABULARY], unit: 1 }).values).toEqual(expected.values);
    expect(cellText(model, odd, { encode: ids, unit: 1, span: 3 }).values.length).toBe([...odd].length);
  });

  test("of bytes the state is that after a character's last byte", () => {
    const model = new Stateless();
    const odd = "é🙂a";
    const bytes = new TextEncoder().encode(odd);
    const [layer] = trace(model, tensor(Int32Array.from(bytes), { shape: [7, 1] })).layers;
    const seen = cellText(model, odd, { encode: (of) => new TextEncoder().encode(of), layer: 0, unit: 2 });
    expect(Array.from(seen.values)).toEqual([1, 5, 6].map((step) => layer!.h[step * 3 + 2]));
  });

  test("one-hot rows by inputs, and models that are an RNN alone", () => {
    const rnn = new nn.RNN(vocabulary.length, 4);
    const inputs = (of: Int32Array) => {
      const rows = new Float32Array(of.length * vocabulary.length);
      for (const [at, id] of of.entries()) rows[at * vocabulary.length + id] = 1;
      return tensor(rows, { shape: [of.length, 1, vocabulary.length] });
    };
    const [layer] = trace(rnn, inputs(ids(text))).layers;
    const seen = cellText(rnn, text, { vocabulary, inputs, unit: 2, span: 10 });
    expect(seen.state).toBe("h");
    for (const [at, value] of seen.values.entries()) expect(value).toBeCloseTo(layer!.h[at * 4 + 2]!, 5);
  });

  test("a picture has all characters on their colours, and says where it was cut", () => {
    const seen = cellText(new Quotes(), text, { vocabulary, unit: 3, layer: 0 });
    const { root, texts } = readSvg(seen.toSVG());
    expect(texts).toContain("Unit 3 of rnn l0: tanh(c)");
    const mono = all(root, "g").find((group) => group.attributes["font-family"]?.includes("monospace"))!;
    const written = all(mono, "text").map(textOf).join("").replaceAll("\u00a0", " ");
    // Blanks alone are not drawn.
    expect(written.replaceAll(" ", "")).toBe(text.replaceAll("\n", "↵").replaceAll(" ", ""));
    const red = all(mono, "rect").map((rect) => rect.attributes["fill"]);
    expect(new Set(red).size).toBe(2);
    const part = readSvg(seen.toSVG({ from: 1, lines: 1, columns: 20 }));
    expect(part.texts.join(" ")).toContain("Lines 1 to 1 of 7.");
    expect(readSvg(seen.toSVG({ from: 99 })).texts.join(" ")).toContain("of 3.");
  });

  test("HTML stands alone, and escapes what it holds", () => {
    const odd = "a<b & “c”\t\n";
    const html = cellText(new Quotes(), odd, { vocabulary, unit: 3, layer: 0 }).toHTML();
    const body = parseXml(html.slice(html.indexOf("<pre>"), html.indexOf("</pre>") + 6));
    expect(textOf(body)).toBe("a<b & “c”\t↵\n");
    expect(html).not.toMatch(/https?:|<script|src=|href=/);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">/);
  });

  afterEach(() => void vi.unstubAllEnvs());

  test("a terminal gets colours if it has them, else bars, and never the text's own control characters", () => {
    const model = new Quotes();
    const wild = `${text}\t`;
    const seen = cellText(model, wild, { vocabulary, unit: 3, layer: 0 });
    const coloured = seen.toString({ color: true });
    expect(coloured).toContain("\u001b[48;5;88;38;5;231m“go on\u001b[0m\u001b[48;5;231;38;5;16m”, and went. \u001b[0m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how colours begin
    expect(coloured.replaceAll(/\u001b\[[\d;]*m/g, "")).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    const plain = seen.toString({ color: false, columns: 30 }).split("\n");
    expect(plain[0]).toBe("Unit 3 of rnn l0: tanh(c), from ▁ −0.8 to █ 0.8");
    expect(plain[1]).toBe("He said, “go on”, and went. “N");
    expect(plain[2]).toBe("▅▅▅▅▅▅▅▅▅██████▅▅▅▅▅▅▅▅▅▅▅▅▅██");
    vi.stubEnv("NO_COLOR", "1");
    vi.stubEnv("FORCE_COLOR", "1");
    expect(inspect(seen)).not.toContain("\u001b");
    vi.stubEnv("NO_COLOR", "");
    expect(inspect(seen)).toContain("\u001b[48;5;");
    vi.stubEnv("FORCE_COLOR", "0");
    expect(inspect(seen)).not.toContain("\u001b");
    const red = "\u001b[31m";
    expect(cellText(new Stateless(), red, { encode: (of) => new TextEncoder().encode(of) }).toString({ color: false })).toContain("␛[31m");
    expect(JSON.parse(JSON.stringify(seen))).toMatchObject({
      text: wild,
      layer: "rnn l0",
      unit: 3,
      state: "tanh(c)",
      values: Array.from(seen.values),
    });
  });

  test("what it cannot do is said", () => {
    const model = new Quotes();
    const look =
      (options: object, of = text, which: unknown = model) =>
      () =>
        cellText(which as Quotes, of, options);
    expect(look({})).toThrow("cellText: options must be with vocabulary or encode, which say what the model reads, got neither");
    expect(look({ vocabulary, encode: ids })).toThrow("got both");
    expect(look({ vocabulary }, "x†")).toThrow('cellText: text must be of characters in the vocabulary, got "†" at character 1');
    expect(look({ vocabulary }, "")).toThrow("cellText: text must be a string that is not empty, got an empty one");
    expect(look({ encode: () => [1] })).toThrow(
      `cellText: encode(text) must be of one number for each of the ${text.length} characters, or for each byte, got 1 numbers`,
    );
    expect(look({ encode: (of: string) => [...of].map(() => 0.5) })).toThrow(
      "cellText: encode(text)[0] must be an integer of 32 bits, got 0.5",
    );
    expect(look({ encode: (of: string) => [...of].map(() => 2 ** 32) })).toThrow(
      "cellText: encode(text)[0] must be an integer of 32 bits, got 4294967296",
    );
    expect(look({ vocabulary, unit: 5 })).toThrow("cellText: unit must be an integer in [0, 4] for rnn l1");
    expect(look({ vocabulary, layer: 2 })).toThrow("cellText: layer must be an integer in [-2, 1], got 2");
    expect(look({ vocabulary, layer: -3 })).toThrow("cellText: layer must be an integer in [-2, 1], got -3");
    expect(look({ vocabulary, batchFirst: true })).toThrow(
      `cellText: rnn l0 must be of ${text.length} steps of one sequence, got [T, N, H] [1, ${text.length}, 5]; inputs and batchFirst say how it is given the text`,
    );
    const bytes = { encode: (of: string) => new TextEncoder().encode(of) };
    expect(look({ ...bytes, state: "c" }, text, new Stateless())).toThrow(
      'cellText: state must be "h" for rnn l0 reverse, which has no c, got "c"',
    );
    expect(look({ ...bytes, span: 9 }, text, new Stateless())).toThrow(
      "cellText: what the model gives must be [output, state], to go on from span to span, got a float32 tensor",
    );
    class Both extends Stateless {
      // biome-ignore lint/suspicious/noExplicitAny: a model that gives more than its base
      override forward(tokens: Tensor): any {
        return this.rnn.forward(this.embedding.forward(tokens));
      }
    }
    expect(look({ ...bytes, span: 9 }, "a longer text", new Both())).toThrow(
      "cellText: span must be at least 13, all of the text, for rnn l0 reverse, got less; it reads from the end",
    );
    expect(look({ vocabulary }, text, 3)).toThrow("cellText: model must be a module with forward, got 3");
    expect(look({ vocabulary }, text, new nn.Linear(1, 1))).toThrow();
  });
});

describe("findUnits", () => {
  /** Pearson's, as it is defined. */
  function pearson(a: readonly number[], b: readonly number[]): number {
    const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
    const [x, y] = [a.map((value) => value - mean(a)), b.map((value) => value - mean(b))];
    const dot = (one: readonly number[], other: readonly number[]) => one.reduce((sum, value, at) => sum + value * other[at]!, 0);
    return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
  }

  test("finds the unit that tracks quotes, exactly", () => {
    const found = findUnits(new Quotes(), text, { vocabulary, span: 11 });
    const [best, second] = found.of("inside quotes");
    expect(best).toMatchObject({ name: "rnn l0", layer: 0, unit: 3, f1: 1, above: true });
    expect(best!.correlation).toBeCloseTo(1, 5);
    expect(best!.threshold).toBeGreaterThan(0);
    expect(best!.threshold).toBeLessThan(Math.tanh(1));
    expect(Math.abs(second!.correlation)).toBeLessThan(0.99);
    expect(found.units.length).toBe(6 * 10);
    expect(found.absent).toEqual([]);
    expect(found.toString().split("\n")[1]).toMatch(/^inside quotes +rnn l0 +3 +1\.000 +1$/);
  });

  test("correlations are Pearson's, of every unit with every feature", () => {
    const model = new Quotes();
    const own = {
      "inside quotes": inside,
      "every other": (of: string) => [...of].map((_, at) => at % 2),
      noise: (of: string) => [...of].map((_, at) => Math.sin(at * at)),
    };
    const found = findUnits(model, text, { vocabulary, features: own, span: 16, state: "h" });
    for (const { feature, layer, unit, correlation, f1 } of found.units) {
      const values = Array.from(cellText(model, text, { vocabulary, layer, unit, state: "h" }).values);
      expect(correlation).toBeCloseTo(pearson(values, own[feature as "noise"](text)), 4);
      expect(f1 === null).toBe(feature === "noise");
      if (f1 !== null) expect(f1).toBeCloseTo(bestF1(values, own[feature as "noise"](text)), 1);
    }
    for (const feature of found.features) {
      const strengths = found.of(feature).map(({ correlation }) => Math.abs(correlation));
      expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
    }
  });

  /** By trying every value as a threshold. */
  function bestF1(values: readonly number[], feature: readonly number[]): number {
    const scores = values.flatMap((threshold) =>
      [1, -1].map((sign) => {
        const hits = values.filter((value, at) => sign * value >= sign * threshold && feature[at] === 1).length;
        const said = values.filter((value) => sign * value >= sign * threshold).length;
        return (2 * hits) / (said + feature.filter((value) => value === 1).length);
      }),
    );
    return Math.max(...scores);
  }

  test("the features are what they are called", () => {
    const line = 'Ab (c[d) “e” «f» "G h" i)j’s 1.\nÉ';
    const values = (feature: string) => Array.from(FEATURES[feature]!(line), String).join("");
    const marks = [...line].map((character) => (character === "\n" ? "↵" : character)).join("");
    expect([
      marks,
      ...Object.keys(FEATURES)
        .filter((name) => name !== "position in line")
        .map(values),
    ]).toEqual([
      'Ab (c[d) “e” «f» "G h" i)j’s 1.↵É',
      "000000000110011001111000000000000".slice(0, line.length),
      "000111111111111111111111000000000".slice(0, line.length),
      "120010100010001000101001012301001".slice(0, line.length),
      "100000000000000000100000000000001".slice(0, line.length),
      "000000000000000000000000000000100".slice(0, line.length),
    ]);
    expect(Array.from(FEATURES["position in line"]!("ab\nc\n\nd"))).toEqual([1, 2, 0, 1, 0, 0, 1]);
    const none = findUnits(new Quotes(), "abc abc", { vocabulary });
    expect(none.absent).toEqual(["inside quotes", "inside parentheses", "capital letter", "end of sentence"]);
    expect(inspect(none)).toContain("not in the text: inside quotes, inside parentheses, capital letter, end of sentence");
    expect(() => none.of("inside quotes")).toThrow(/got "inside quotes"; it is the same all over the text$/);
    const nothing = findUnits(new Quotes(), "abc", { vocabulary, features: { one: () => [1, 1, 1] } });
    expect(() => nothing.of("two")).toThrow('UnitSearch.of: feature must be one that changes in the text, got "two"');
  });

  test("pictures have bars for the strongest of each feature", () => {
    const { texts, root } = readSvg(findUnits(new Quotes(), text, { vocabulary }).toSVG({ top: 3 }));
    expect(texts).toContain("rnn l0, unit 3");
    expect(texts).toContain("1.00 (F1 1.00)");
    expect(all(root, "rect").length).toBe(1 + 6 * 3);
    expect(
      readSvg(findUnits(new Quotes(), "abcabc", { vocabulary, features: { none: () => new Float32Array(6) } }).toSVG()).texts.join(" "),
    ).toContain("Not in the text: none.");
  });

  test("units that are not finite are last; what is wrong with a feature is said", () => {
    const model = new Quotes();
    const broken = model.rnn.bias_ih_l0!.data.map((value, at) => (at === 0 ? Number.NaN : value));
    noGrad(() => model.rnn.bias_ih_l0!.copy_(tensor(broken)));
    const found = findUnits(model, text, { vocabulary, features: { quotes: inside } });
    expect(found.units.at(-1)).toMatchObject({ correlation: Number.NaN, f1: null, threshold: null, above: null });
    expect(JSON.stringify(found)).toContain('"correlation":"NaN"');
    readSvg(found.toSVG({ top: 20 }));
    const look = (features: unknown) => () =>
      findUnits(new Quotes(), "abc", { vocabulary, features: features as Record<string, () => number[]> });
    expect(look({ short: () => [1] })).toThrow(
      'findUnits: features["short"](text) must be of one number for each of the 3 characters, or for each byte, got 1 numbers',
    );
    expect(look({ nan: () => [1, 2, Number.NaN] })).toThrow(
      'findUnits: features["nan"](text) must be of finite numbers, got NaN at character 2',
    );
    expect(look({ three: 3 })).toThrow('findUnits: features["three"] must be a function of the text, got 3');
    expect(look({})).toThrow("findUnits: features must be an object of functions of the text, got {  }");
    expect(() => found.of("colour")).toThrow('UnitSearch.of: feature must be one of "quotes", got "colour"');
  });
});
