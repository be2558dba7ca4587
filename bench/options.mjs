// The command line.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { CASES, CELLS, MODES } from "./cases.mjs";
import { PEERS } from "./peers/index.mjs";

/** What can be measured: lines of networks, and what is measured apart from them. */
const ALL_MODES = [...MODES, "kernels", "profile", "patterns", "scaling", "memory", "load"];

const NAMES = { case: CASES.map(({ name }) => name), cell: CELLS, mode: ALL_MODES, peers: PEERS };

export const HELP = `npm run bench -- [options]        lists are separated by commas
  --case LIST     ${NAMES.case.join(" ")}
  --cell LIST     ${NAMES.cell.join(" ")}
  --mode LIST     ${NAMES.mode.join(" ")}
  --peers LIST    ${NAMES.peers.join(" ")}; or "none"
  --seconds S     for each contestant of each line, 0.4 by default
  --against PATH  times another build beside this one, in turns: PATH is a checkout that is built, or its dist folder
  --quick         about a minute: LSTM, the smaller cases, three peers
  --json          write bench/results/<date>-<engine>-<simd>.json
  --engine NAME   newer (default: a Node that has relaxed SIMD), this, bun
  --simd LEVEL    simd128 or relaxed: the best that the engine has by default
Environment: UNROLLED_PYTHON names a Python that has torch.`;

/** What is chosen where nothing is said. */
const DEFAULTS = { ...NAMES, seconds: 0.4 };
const QUICK = {
  case: ["tiny", "series", "chars", "long", "stream"],
  cell: ["LSTM"],
  mode: ["train", "forward", "kernels"],
  peers: ["torch1", "onnxruntime", "tfjs-wasm"],
  seconds: 0.2,
};

const flag = { type: "boolean", default: false };
const FLAGS = { quick: flag, json: flag, help: flag };

function list(option, value) {
  const names = value === "none" ? [] : value.split(",");
  const wrong = names.find((name) => !NAMES[option].includes(name));
  if (wrong !== undefined) throw new Error(`bench: --${option} must be among ${NAMES[option].join(", ")}, got ${wrong}`);
  // In the order of the lists, not of the command line: results are compared.
  return NAMES[option].filter((name) => names.includes(name));
}

/** The dist folder of a build, of which the checkout or that folder itself is named. */
function distOf(path) {
  const dist = [resolve(path), resolve(path, "dist")].find((folder) => existsSync(join(folder, "index.node.js")));
  if (dist === undefined) throw new Error(`bench: --against must be a checkout that is built, or its dist folder, got ${path}`);
  return dist;
}

/** @param {readonly string[]} args */
export function readOptions(args) {
  const text = { type: "string" };
  const { values } = parseArgs({
    args,
    options: { ...Object.fromEntries(Object.keys(NAMES).map((name) => [name, text])), seconds: text, against: text, ...FLAGS },
  });
  const base = values.quick ? QUICK : DEFAULTS;
  const seconds = Number(values.seconds ?? base.seconds);
  if (!(seconds > 0)) throw new Error(`bench: --seconds must be a positive number, got ${values.seconds}`);
  const lists = Object.keys(NAMES).map((name) => [name, values[name] === undefined ? base[name] : list(name, values[name])]);
  const { against, json, help } = values;
  return { ...Object.fromEntries(lists), seconds, ...(against === undefined ? {} : { against: distOf(against) }), json, help };
}
