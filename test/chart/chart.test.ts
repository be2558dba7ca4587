import { describe, expect, test } from "vitest";
import { barsPanel, curvesPanel, drawPicture, heatPanel, panelWidth } from "../../ts/chart/index.js";
import { colours, levelOf } from "../../ts/chart/palette.js";
import { all, readSvg, textOf, type Xml } from "../insight/xml.js";

const width = panelWidth(1);
const draw = (...panels: Parameters<typeof drawPicture>[0]["panels"]) => readSvg(drawPicture({ title: "A picture", panels }));

describe("heat maps", () => {
  const scale = { kind: "diverging", domain: [-1, 1] } as const;
  const map = (steps: number, rows: number, at: (t: number, u: number) => number, more: object = {}) =>
    heatPanel({ title: "map", grid: { steps, rows, at }, scale, reduce: "mean", width, ...more });

  /** The colours as they are drawn: `[row][step]`, of cells that are not joined. */
  function painted(root: Xml): string[][] {
    const heat = all(root, "g").find((group) => group.attributes["class"] === "heat")!;
    const [, , steps, rows] = all(heat, "svg")[0]!.attributes["viewBox"]!.split(" ").map(Number);
    const cells = Array.from({ length: rows! }, () => new Array<string>(steps!).fill("none"));
    for (const path of all(heat, "path")) {
      for (const [, x, y, length] of path.attributes["d"]!.matchAll(/M(\S+) (\S+)h([\d.]+)/g)) {
        for (let step = Number(x); step < Number(x) + Math.floor(Number(length)); step++) {
          expect(cells[Math.floor(Number(y))]![step]).toBe("none");
          cells[Math.floor(Number(y))]![step] = path.attributes["stroke"]!;
        }
      }
    }
    return cells;
  }

  test("every cell has the colour of its value, and magenta what is not finite", () => {
    const value = (t: number, u: number) =>
      t === 4 && u === 1 ? Number.NaN : t === 2 && u === 0 ? Number.POSITIVE_INFINITY : Math.sin(t + 2 * u);
    const { root, texts } = draw(map(9, 3, value));
    const table = colours("diverging");
    for (const [u, row] of painted(root).entries()) {
      for (const [t, colour] of row.entries()) {
        expect(colour).toBe(Number.isFinite(value(t, u)) ? table[levelOf(value(t, u), scale)] : "#e6007e");
      }
    }
    expect(texts.at(-1)).toBe("Magenta: 1 NaN and 1 infinite.");
    expect(texts).toEqual(expect.arrayContaining(["A picture", "map", "step", "unit", "−1", "1", "0", "8"]));
  });

  test("one step, one unit, nothing, all zero, nothing that is finite", () => {
    for (const [steps, rows] of [
      [1, 1],
      [1, 7],
      [7, 1],
      [0, 0],
      [0, 3],
      [4, 4],
    ] as const) {
      const { root } = draw(map(steps, rows, () => 0));
      if (steps > 0) expect(new Set(painted(root).flat())).toEqual(new Set([colours("diverging")[32]]));
      expect(new Set(painted(draw(map(Math.max(1, steps), Math.max(1, rows), () => Number.NaN)).root).flat())).toEqual(
        new Set(["#e6007e"]),
      );
    }
  });

  test("what is far larger than a picture is joined, to the mean or to what is greatest, and it says so", () => {
    const at = (t: number, u: number) => (t === 4321 && u === 300 ? -1 : 0.5);
    const extreme = drawPicture({ title: "big", panels: [map(5000, 512, at, { reduce: "extreme" })] });
    expect(extreme.length).toBeLessThan(300_000);
    const { root, texts } = readSvg(extreme);
    expect(texts.at(-1)).toBe("Each cell is the value of greatest magnitude of 13 steps × 4 units.");
    expect(all(root, "path").map((path) => path.attributes["stroke"])).toContain(colours("diverging")[0]);
    const mean = readSvg(drawPicture({ title: "big", panels: [map(5000, 512, at)] }));
    expect(all(all(mean.root, "g").find((group) => group.attributes["class"] === "heat")!, "path").length).toBeLessThan(3);
    const noise = drawPicture({ title: "big", panels: [map(5000, 512, (t, u) => Math.sin(1e4 * t * (u + 1)))] });
    expect(noise.length).toBeLessThan(1_000_000);
  });

  test("rows have names, and powers of ten a scale of theirs", () => {
    const at = (t: number, u: number) => 10 ** -(t + u);
    const { root, texts } = draw(map(8, 2, at, { names: ["l0", "l1 reverse"], scale: { kind: "log", domain: [1e-8, 1] } }));
    expect(texts).toEqual(expect.arrayContaining(["l0", "l1 reverse", "1e−8", "1"]));
    for (const [t, colour] of painted(root)[0]!.entries()) {
      expect(Math.abs(colours("log").indexOf(colour) - (63 * (8 - t)) / 8)).toBeLessThan(0.51);
    }
    expect(painted(draw(map(2, 1, () => 0, { scale: { kind: "log", domain: [0.1, 1] } })).root)[0]).toEqual([
      colours("log")[0],
      colours("log")[0],
    ]);
  });
});

describe("curves", () => {
  const curves = (values: readonly ArrayLike<number>[], more: object = {}) =>
    curvesPanel({
      title: "curves",
      series: values.map((each, at) => ({ name: `series ${at}`, values: each })),
      width,
      x: "step",
      y: "norm",
      ...more,
    });
  const lines = (root: Xml) =>
    all(root, "g")
      .filter((group) => group.attributes["aria-label"] === "line")
      .flatMap((group) => all(group, "path"));
  const crosses = (root: Xml) =>
    all(root, "g")
      .filter((group) => group.attributes["stroke"] === "#e6007e")
      .flatMap((group) => all(group, "path"));

  test("a line for each series, and their names if they are several", () => {
    const { root, texts } = draw(
      curves([
        [1, 2, 3],
        [3, 2, 1],
      ]),
    );
    expect(lines(root).length).toBe(2);
    expect(texts).toEqual(expect.arrayContaining(["curves", "step", "norm", "series 0", "series 1"]));
    expect(draw(curves([[1, 2, 3]])).texts).not.toContain("series 0");
  });

  test("NaN and infinity are gaps with a cross above; zeros lie at the edge of a logarithmic axis; it says so", () => {
    const { root, texts } = draw(curves([[1, Number.NaN, 0.1, 0, Number.POSITIVE_INFINITY, 0.01, 0.01]], { log: true }));
    expect(crosses(root).length).toBe(2);
    expect(lines(root)[0]!.attributes["d"]!.match(/M/g)!.length).toBe(3);
    expect(texts).toContain("1 value of curves not above zero, drawn at the lower edge.");
    expect(texts).toContain("Magenta: 1 NaN and 1 infinite.");
    expect(texts).toEqual(expect.arrayContaining(["1", "0.1", "0.01"]));
  });

  test.each([
    [[]],
    [[5]],
    [[0, 0, 0]],
    [[Number.NaN, Number.NaN]],
    [[-3, -3]],
    [[1e-42, 1e-45]],
    [[1e38, 3e38]],
    [[Number.NEGATIVE_INFINITY]],
  ])("%j is drawn, with and without powers of ten", (values) => {
    for (const log of [false, true]) {
      const { root, texts } = draw(curves([values], { log }));
      expect(texts.length).toBeGreaterThan(4);
      expect(crosses(root).length).toBe(values.filter((value) => !Number.isFinite(value)).length);
    }
  });

  test("a hundred thousand points keep their highest and lowest", () => {
    const values = Array.from({ length: 100_000 }, (_, at) => (at === 77_777 ? 9 : Math.sin(at / 500)));
    const svg = drawPicture({ title: "many", panels: [curves([values])] });
    expect(svg.length).toBeLessThan(60_000);
    const heights = [...lines(readSvg(svg).root)[0]!.attributes["d"]!.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
    expect(Math.min(...heights)).toBeLessThan(0.5 * Math.min(...heights.filter((y) => y > 2 * Math.min(...heights))));
  });

  test("bands, dots, dates and lines across", () => {
    const dates = [0, 1, 2].map((month) => new Date(Date.UTC(2024, month, 1)));
    const series = [
      { name: "truth", values: [1, 2, 3], x: dates, dots: true },
      {
        name: "forecast",
        values: [1, 2, 2],
        x: dates,
        band: [
          [0, 1, 1],
          [2, 3, 3],
        ] as const,
      },
    ];
    const panel = curvesPanel({ title: "forecast", series, width, x: "date", y: "value", rules: [{ y: 2.5, label: "limit" }] });
    const { root, texts } = draw(panel);
    const labels = all(root, "g").map((group) => group.attributes["aria-label"]);
    expect(labels).toEqual(expect.arrayContaining(["area", "line", "dot", "rule"]));
    expect(texts).toContain("limit");
    expect(texts.join(" ")).toContain("Jan");
  });
});

describe("bars", () => {
  test("as long as their values, to both sides; what is not finite has only its name", () => {
    const bars = [
      { name: "one", value: 0.5 },
      { name: "two", value: -1 },
      { name: "three", value: Number.NaN },
      { name: "<four>", value: 0, text: "none & all" },
    ];
    const { root, texts } = draw(barsPanel({ title: "bars", bars, width, x: "r", domain: [-1, 1] }));
    const lengths = all(root, "g")
      .filter((group) => group.attributes["aria-label"] === "bar")
      .flatMap((group) => all(group, "rect"))
      .map((rect) => Number(rect.attributes["width"]));
    expect(lengths.length).toBe(3);
    expect(lengths[1]! / lengths[0]!).toBeCloseTo(2, 1);
    expect(texts).toEqual(expect.arrayContaining(["one", "two", "three", "<four>", "0.5", "−1", "NaN", "none & all"]));
  });

  test("none, all alike, and more than anyone reads", () => {
    draw(barsPanel({ title: "none", bars: [], width, x: "r" }));
    draw(barsPanel({ title: "zero", bars: [{ name: "a", value: 0 }], width, x: "r" }));
    const many = Array.from({ length: 100 }, (_, at) => ({ name: `bar ${at}`, value: at }));
    expect(draw(barsPanel({ title: "many", bars: many, width, x: "r" })).texts).toContain("The first 60 of 100.");
  });
});

describe("pictures", () => {
  test("say what they show to who cannot see them, and hold any text", () => {
    const wild = `a <b> & "c" 'd' \u0000\u001b\ud800 ${"long ".repeat(60)}${"x".repeat(300)}`;
    const svg = drawPicture({
      title: wild,
      subtitle: wild,
      panels: [barsPanel({ title: wild, bars: [{ name: wild, value: 1 }], width, x: wild })],
      notes: [wild, wild],
    });
    const { root } = readSvg(svg);
    const [title, desc] = root.children as Xml[];
    expect(textOf(title!)).toBe(wild.replaceAll(/\p{Cc}|\p{Cs}/gu, "\ufffd"));
    expect(textOf(desc!)).toContain(": ");
  });

  test("panels stand beside each other as far as there is room", () => {
    const half = panelWidth(2);
    const panels = [1, 2, 3].map((at) => barsPanel({ title: `p${at}`, bars: [{ name: "a", value: 1 }], width: half, x: "r" }));
    const { root } = draw(...panels);
    const placed = root.children.filter((child): child is Xml => typeof child !== "string" && child.name === "svg");
    const [first, second, third] = placed.map(({ attributes }) => [Number(attributes["x"]), Number(attributes["y"])]);
    expect(second![1]).toBe(first![1]);
    expect(second![0]).toBeGreaterThan(first![0]! + half);
    expect(third![0]).toBe(first![0]);
    expect(third![1]).toBeGreaterThan(first![1]!);
    for (const node of all(root, "svg")) expect(node.attributes["xmlns"]).toBeUndefined();
  });
});
