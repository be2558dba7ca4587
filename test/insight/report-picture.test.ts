import { manualSeed, nn, optim, randn, tensor } from "unrolled";
import { bpttReport, watch } from "unrolled/insight";
import { beforeEach, expect, test } from "vitest";
import { all, readSvg, type Xml } from "./xml.js";

const [T, N, I, H] = [8, 3, 4, 6];
const heats = (root: Xml) => all(root, "g").filter((group) => group.attributes["class"] === "heat");
const curves = (root: Xml) =>
  all(root, "g")
    .filter((group) => group.attributes["aria-label"] === "line")
    .flatMap((group) => all(group, "path"));
const bars = (root: Xml) =>
  all(root, "g")
    .filter((group) => group.attributes["aria-label"] === "bar")
    .flatMap((group) => all(group, "rect"));

beforeEach(() => void manualSeed(5));

test("a report has the norms as curves and as a map, what is left on the way back, gates and parameters", () => {
  const lstm = new nn.LSTM(I, H, { bidirectional: true });
  const x = randn([T, N, I]);
  const report = bpttReport(lstm, () => lstm.forward(x)[0].pow(2).mean());
  const { root, texts } = readSvg(report.toSVG());
  // h and c of both directions; from the last step of each.
  expect(curves(root).length).toBe(4 + 2);
  expect(heats(root).length).toBe(1);
  expect(bars(root).length).toBe(2 * 8 + 8);
  expect(texts).toEqual(
    expect.arrayContaining(["LSTM l0 h", "LSTM l0 c", "LSTM l0 reverse h", "LSTM l0 reverse f", "weight_hh_l0_reverse"]),
  );
  expect(texts.join(" ")).toContain(report.layers[0]!.verdict.text);
  expect(texts[0]).toBe(`Gradients through time: ${report.layers[0]!.verdict.kind}`);
});

test("the map has the colours of the norms", () => {
  const rnn = new nn.RNN(I, H, { numLayers: 2 });
  const x = randn([T, N, I]);
  const report = bpttReport(rnn, () =>
    rnn
      .forward(x)[0]
      .select(0, T - 1)
      .pow(2)
      .mean(),
  );
  const { root } = readSvg(report.toSVG());
  const [heat] = heats(root);
  const drawn = all(heat!, "path").flatMap((path) =>
    [...path.attributes["d"]!.matchAll(/M(\S+) (\S+)h/g)].map(([, t, row]) => ({
      t: Number(t),
      row: Math.floor(Number(row)),
      colour: path.attributes["stroke"]!,
    })),
  );
  const at = (t: number, row: number) => drawn.filter((cell) => cell.row === row && cell.t <= t).sort((a, b) => b.t - a.t)[0]!.colour;
  // Gradients of the last step alone grow towards it: so do the colours' depths.
  const depth = (colour: string) => [1, 3, 5].reduce((sum, place) => sum + Number.parseInt(colour.slice(place, place + 2), 16), 0);
  for (const row of [0, 1]) {
    const norms = Array.from(report.layers[row]!.h);
    for (let t = 1; t < T; t++) if (norms[t]! > 2 * norms[t - 1]!) expect(depth(at(t, row))).toBeLessThan(depth(at(t - 1, row)));
  }
});

test("many layers are a map alone; what is not finite is magenta; no steps and one unit are drawn", () => {
  const deep = new nn.GRU(I, H, { numLayers: 5, bidirectional: true });
  const x = randn([T, N, I]);
  const many = readSvg(bpttReport(deep, () => deep.forward(x)[0].mean()).toSVG());
  expect(heats(many.root).length).toBe(1);
  const broken = tensor(x.data.fill(Number.NaN), { shape: [T, N, I] });
  const amiss = readSvg(bpttReport(deep, () => deep.forward(broken)[0].mean()).toSVG());
  expect(amiss.texts.join(" ")).toContain("Magenta:");
  expect(amiss.texts).toContain("NaN");
  const one = new nn.RNN(1, 1, { nonlinearity: "relu" });
  const single = readSvg(bpttReport(one, () => one.forward(randn([1, 1, 1]))[0].sum()).toSVG());
  expect(single.texts.join(" ")).toContain("there is one step only");
});

test("a watch has its norms over training, its alerts, and the gates", () => {
  const lstm = new nn.LSTM(I, H, { numLayers: 2 });
  const optimizer = new optim.SGD(lstm.parameters(), { lr: 0.1 });
  const watcher = watch(lstm, optimizer, { every: 2, onAlert: () => {} });
  const nothing = readSvg(watcher.toSVG());
  expect(nothing.texts.join(" ")).toContain("Nothing has been looked at yet");
  for (let step = 0; step < 12; step++) {
    const x = randn([T, N, I]).mul(step === 9 ? Number.NaN : 1);
    optimizer.zeroGrad();
    lstm.forward(x)[0].pow(2).mean().backward();
    optimizer.step();
  }
  const { root, texts } = readSvg(watcher.toSVG());
  expect(watcher.alerts.map(({ kind }) => kind)).toContain("non-finite");
  expect(texts[0]).toBe(`Training watched: ${watcher.alerts.length} alert${watcher.alerts.length === 1 ? "" : "s"}`);
  expect(texts.join(" ")).toContain("non-finite");
  expect(texts.join(" ")).toContain(watcher.alerts.find(({ kind }) => kind === "non-finite")!.text);
  expect(curves(root).length).toBe(1 + 2);
  expect(heats(root).length).toBe(1);
  expect(all(heats(root)[0]!, "path").map((path) => path.attributes["stroke"])).toContain("#e6007e");
});
