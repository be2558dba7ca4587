// The picture of the ratios: how many times as long others take, on a logarithmic scale.

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { CASES, CELLS, MODES } from "../cases.mjs";
import { times } from "../measure/statistics.mjs";
import { ratio } from "./text.mjs";

const INK = "#22303c";
const MUTED = "#66727f";

/** Colours that those who see few colours can tell apart, and a shape each. brain.js is not here: its task is another. */
const PEERS = [
  { name: "PyTorch, 1 thread", color: "#c0392b", symbol: "circle" },
  { name: "PyTorch, default", color: "#e2a09a", symbol: "circle" },
  { name: "onnxruntime-web", color: "#1f6fb2", symbol: "square" },
  { name: "jax-js", color: "#7b4fa3", symbol: "triangle" },
  { name: "tfjs wasm", color: "#d98310", symbol: "diamond" },
  { name: "tfjs cpu", color: "#8a8f98", symbol: "times" },
];

const PANELS = { train: "training step", forward: "forward" };
const CAPTION = [
  "Left of 1, on red, the other is faster. The numbers are those of PyTorch with one thread, which is native and",
  "uses AVX-512 or AVX2 where the processor has them: vectors four times or twice as wide as WebAssembly's.",
];

/** One point for each peer and line: who, and how many times as long it takes. */
export function points(run) {
  const known = PEERS.map(({ name }) => name);
  return run.lines
    .filter(({ kind }) => kind === "network")
    .flatMap(({ case: { name }, cell, mode, contestants: [ours, ...others] }) =>
      others
        .filter((other) => known.includes(other.name))
        .map((other) => ({ case: name, cell, panel: PANELS[mode], peer: other.name, ratio: ratio(ours, other) })),
    );
}

/** Powers of ten, and the thirds between them, that lie in the picture. */
function ticks([low, high]) {
  return [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000].filter((tick) => tick >= low && tick <= high);
}

function marks(all, domain) {
  const place = { x: "ratio", y: "case", fx: "panel", fy: "cell" };
  const torch = all.filter(({ peer }) => peer === PEERS[0].name);
  const panels = Object.values(PANELS).flatMap((panel) => CELLS.map((cell) => ({ panel, cell })));
  const facet = { fx: "panel", fy: "cell" };
  return [
    Plot.rect(panels, { ...facet, x1: domain[0], x2: 1, fill: "#fbe9e7" }),
    Plot.gridX({ ticks: ticks(domain), stroke: INK, strokeOpacity: 0.12 }),
    Plot.gridY({ stroke: INK, strokeOpacity: 0.12 }),
    Plot.ruleX(panels, { ...facet, x: 1, stroke: INK, strokeWidth: 1.5 }),
    Plot.dot(all, { ...place, stroke: "peer", fill: "peer", symbol: "peer", r: 4.5, strokeWidth: 1.5 }),
    Plot.text(torch, { ...place, text: ({ ratio: value }) => times(value), dy: -10, fontSize: 10, fill: PEERS[0].color, stroke: "white" }),
  ];
}

/** The legend by hand, of those who were measured: a legend of Plot's is HTML, which a file of SVG cannot hold. */
function legend(document, width, entries) {
  const svg = Plot.plot({
    document,
    width,
    height: 24,
    margin: 0,
    marginLeft: 90,
    x: { axis: null, domain: entries.map(({ name }) => name), type: "point", padding: 0.3 },
    color: { domain: entries.map(({ name }) => name), range: entries.map(({ color }) => color) },
    symbol: { domain: entries.map(({ name }) => name), range: entries.map(({ symbol }) => symbol) },
    marks: [
      Plot.dot(entries, { x: "name", stroke: "name", fill: "name", symbol: "name", r: 5, strokeWidth: 1.5, dx: -52 }),
      Plot.text(entries, { x: "name", text: "name", textAnchor: "start", dx: -42, fontSize: 12, fill: INK }),
    ],
  });
  return svg;
}

/** The picture of a run, as the text of an SVG file. */
export function picture(run) {
  const all = points(run);
  const values = all.map((point) => point.ratio);
  const domain = [0.7 * Math.min(0.5, ...values), 1.3 * Math.max(...values)];
  const { document } = parseHTML("<html></html>");
  const [width, height] = [980, 914];
  const svg = Plot.plot({
    document,
    width,
    height,
    marginLeft: 90,
    marginRight: 56,
    marginTop: 164,
    marginBottom: 44,
    style: { fontFamily: "system-ui, sans-serif", fontSize: "12px", color: INK },
    x: { type: "log", domain, ticks: ticks(domain), tickFormat: (tick) => `${tick} ×`, label: null },
    y: { domain: CASES.map(({ name }) => name), label: null, tickSize: 0 },
    fx: { domain: MODES.map((mode) => PANELS[mode]), label: null, axis: "top" },
    fy: { domain: CELLS, label: null },
    color: { domain: PEERS.map(({ name }) => name), range: PEERS.map(({ color }) => color) },
    symbol: { domain: PEERS.map(({ name }) => name), range: PEERS.map(({ symbol }) => symbol) },
    marks: marks(all, domain),
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.insertAdjacentHTML("afterbegin", '<rect width="100%" height="100%" fill="white"/>');
  svg.insertAdjacentHTML("beforeend", heading(run));
  const measured = PEERS.filter(({ name }) => all.some(({ peer }) => peer === name));
  const key = legend(document, width, measured);
  key.setAttribute("y", "112");
  svg.append(key);
  return svg.outerHTML;
}

/** Title, setting and caption above the panels. */
function heading({ engine, simd, machine }) {
  const text = (x, y, size, color, content, weight = 400) =>
    `<text text-anchor="start" x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${color}">${content}</text>`;
  const setting = `${engine.name} ${engine.version}, ${simd}, one thread, ${machine.cpu}`;
  return [
    text(24, 34, 20, INK, "How many times as long others take as unrolled", 600),
    text(24, 56, 13, MUTED, setting),
    ...CAPTION.map((line, index) => text(24, 78 + 17 * index, 13, MUTED, line)),
  ].join("");
}
