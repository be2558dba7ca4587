import { backend, init, manualSeed } from "unrolled";
import { InputError } from "../../../ts/cli/errors.js";
import type { RawTable } from "../../../ts/cli/series/csv.js";
import type { Answer, Request } from "./protocol.js";
import { Study } from "./study.js";
import { forPage, numberColumns, openTable, seriesOf } from "./table.js";

/** Milliseconds between two forecasts while it learns: at least so many, and so many times as long as one takes. */
const LOOK = 600;
const PATIENCE = 8;

let table: RawTable | undefined;

/** What is wrong with what was given, as an answer; everything else goes on as an error. */
function refusal(error: unknown, field: "file" | "column" | "window"): Answer {
  if (!(error instanceof InputError)) throw error;
  return { kind: "refused", field, reason: forPage(error.message) };
}

async function read({ name, table: source }: Request & { kind: "read" }): Promise<Answer> {
  let text: string;
  if ("text" in source) text = source.text;
  else {
    const response = await fetch(source.url);
    if (!response.ok) throw new Error(`${source.url} could not be fetched: ${response.status}`);
    text = await response.text();
  }
  try {
    table = openTable(text, name);
  } catch (error) {
    return refusal(error, "file");
  }
  const columns = numberColumns(table);
  const date = table.header.find((column) => !columns.includes(column)) ?? null;
  return { kind: "table", rows: table.rows.length, columns, date };
}

function* study(request: Request & { kind: "forecast" }): Generator<Answer | undefined, void, undefined> {
  if (!table) throw new Error("a table must be read before it can be forecast");
  let found: ReturnType<typeof seriesOf>;
  try {
    found = seriesOf(table, request.column);
  } catch (error) {
    return yield refusal(error, "column");
  }
  let study: Study;
  try {
    study = new Study(table.where, found, request);
  } catch (error) {
    return yield refusal(error, "window");
  }
  yield { kind: "begun", drawn: study.drawn, notes: found.notes, season: study.season, simd: backend().simd };
  try {
    yield* learn(study);
  } catch (error) {
    // Values so large that their squares are no numbers any more.
    yield refusal(error, "column");
  }
}

function* learn(study: Study): Generator<Answer | undefined, void, undefined> {
  let next = Number.NEGATIVE_INFINITY;
  for (const record of study.learn()) {
    if (record) yield { kind: "epoch", epoch: record.epoch, loss: record.loss, validation: record.validation };
    else yield undefined;
    const begin = performance.now();
    if (!record || begin < next) continue;
    yield study.forecast(false);
    const end = performance.now();
    next = end + Math.max(LOOK, PATIENCE * (end - begin));
  }
  yield study.forecast(true);
}

/** Reads a table, or learns a column of it. What is undefined only lets messages in. */
export async function* answer(request: Request): AsyncGenerator<Answer | undefined, void, undefined> {
  if (request.kind === "read") return yield await read(request);
  await init();
  manualSeed(1);
  yield* study(request);
}
