import Papa from "papaparse";
import { counted } from "../../print.js";
import { InputError, sentence } from "../errors.js";

/** A file of delimited text: a header, and rows of as many cells. */
export interface RawTable {
  /** The file, as messages name it. */
  readonly where: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The number of each row as a spreadsheet shows it: the header is row 1. */
  readonly numbers: readonly number[];
  readonly delimiter: string;
}

const DELIMITERS = [",", ";", "\t", "|"];

/**
 * Reads delimited text: comma, semicolon, tab or bar, whichever makes a table; quoted cells may hold all of them, and line breaks.
 *
 * @param where the file, for messages
 * @throws InputError if it is no table: nothing in it, no header, rows of different lengths, a quote that does not end
 */
export function parseCsv(text: string, where: string): RawTable {
  // What Excel writes for itself above the header, and does not count as a row.
  const body = text.replace(/^\ufeff?sep=.\r?\n/i, "");
  if (body.trim() === "") throw new InputError(sentence(where, "the file", "a header and rows", "nothing"));
  const delimiter = guessDelimiter(body);
  const { data, errors } = Papa.parse<string[]>(body, { delimiter });
  const broken = errors.find(({ type }) => type === "Quotes");
  if (broken !== undefined) {
    throw new InputError(sentence(where, `quotes of row ${(broken.row ?? 0) + 1}`, "in pairs around a cell", "others"));
  }
  const records = data
    .map((cells, index) => ({ cells, number: index + 1 }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ""));
  const [first, ...rest] = records;
  const header = checkHeader(first?.cells ?? [], where);
  if (rest.length === 0) throw new InputError(sentence(where, "the file", "a header and rows", "the first row alone"));
  const rows = rest.map(({ cells, number }) => checkLength(cells, number, header.length, where));
  // Spreadsheets write columns without a name and without a value: whatever once was in them.
  const used = [...header.keys()].filter((index) => first!.cells[index]!.trim() !== "" || rows.some((row) => row[index] !== ""));
  return {
    where,
    header: used.map((index) => header[index]!),
    rows: used.length === header.length ? rows : rows.map((row) => used.map((index) => row[index]!)),
    numbers: rest.map(({ number }) => number),
    delimiter,
  };
}

/** The delimiter by which most of the first rows have as many cells as the header; among those, the one that makes most columns. */
function guessDelimiter(text: string): string {
  const scored = DELIMITERS.map((delimiter) => {
    const { data } = Papa.parse<string[]>(text, { delimiter, preview: 100, skipEmptyLines: "greedy" });
    const columns = data[0]?.length ?? 1;
    const share = data.filter((row) => row.length === columns).length / Math.max(1, data.length);
    return { delimiter, columns, share: columns > 1 ? share : 0 };
  });
  const best = scored.reduce((high, each) =>
    each.share > high.share || (each.share === high.share && each.columns > high.columns) ? each : high,
  );
  return best.delimiter;
}

function checkHeader(cells: readonly string[], where: string): string[] {
  const names = cells.map((cell, index) => cell.trim() || `column ${index + 1}`);
  if (cells.every((cell) => cell.trim() !== "" && Number.isFinite(Number(cell)))) {
    throw new InputError(
      sentence(where, "the first row", "the names of the columns", `numbers (${cells[0]?.trim()}, …)`, "add a header line"),
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return names;
  throw new InputError(sentence(where, "names of columns", "different", `${JSON.stringify(twice)} twice`, "rename one in the first row"));
}

/** Empty cells at a row's end may be left out, as spreadsheets do, and there may be empty ones too many. */
function checkLength(cells: readonly string[], number: number, length: number, where: string): string[] {
  const used = cells.findLastIndex((cell) => cell.trim() !== "") + 1;
  if (used <= length && (cells.length >= length || length - cells.length < length - 1)) {
    return Array.from({ length }, (_, index) => (cells[index] ?? "").trim());
  }
  const hint = length === 1 ? "the header must be the first row, without a title or remarks above it" : undefined;
  throw new InputError(sentence(where, `row ${number}`, `of ${counted(length, "cell")} as the header`, String(cells.length), hint));
}
