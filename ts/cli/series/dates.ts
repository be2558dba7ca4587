import { utcFormat, utcParse } from "d3-time-format";

/** Dates that are numbers: how many of them make a millisecond's thousandth part of a second. */
const EPOCHS: Readonly<Record<string, number>> = { "epoch s": 1000, "epoch ms": 1 };

/** What `--date-format` may be, and what is tried, in d3's and strftime's letters; where two fit, the first. */
const SPECIFIERS = [
  ...["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S.%LZ", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%S.%L%Z", "%Y-%m-%dT%H:%M:%S%Z"],
  ...["%Y-%m-%d %H:%M:%S%Z", "%Y-%m-%dT%H:%M:%S.%L", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S.%L", "%Y-%m-%d %H:%M:%S"],
  ...["%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%S.%f%Z", "%Y-%m-%d %H:%M:%S.%f%Z", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f"],
  ...[
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H",
    "%Y-%m",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y%m%d %H:%M",
  ],
  ...["%d.%m.%Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%m.%Y", "%m/%Y", "%d-%m-%Y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M"],
  ...["%m/%d/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%y"],
  ...["%d/%m/%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%y"],
  ...["%b %d %Y", "%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%Y %b"],
  ...["%YQ%q", "%Y-Q%q", "%Y Q%q", "Q%q %Y", "%Y"],
];

/** Whether the two ways to write a date differ in zeros before numbers and in letters alone. */
function alike(a: string, b: string): boolean {
  const plain = (text: string) => text.replaceAll(/(^|\D)0+(?=\d)/g, "$1").toLowerCase();
  return plain(a) === plain(b);
}

/** Milliseconds since 1970, in UTC unless the cell says where; undefined if the cell is not written so, or is no day of the calendar. */
export function parseDate(cell: string, format: string): number | undefined {
  const unit = EPOCHS[format];
  if (unit !== undefined) return /^\d{9,14}(\.\d+)?$/.test(cell) ? Number(cell) * unit : undefined;
  const date = utcParse(format)(cell);
  if (date === null || date.getUTCFullYear() < 1000 || date.getUTCFullYear() > 9999) return undefined;
  // d3 takes the 31st of June for the 1st of July. A text with an offset is written differently in UTC, and a year of two digits in its century.
  return format.includes("%Z") || alike(formatDate(date.getTime(), format), cell) ? date.getTime() : undefined;
}

/** A moment as text. */
export function formatDate(time: number, format: string): string {
  const unit = EPOCHS[format];
  if (unit !== undefined) return String(time / unit);
  return utcFormat(format.replace("%Z", "Z"))(new Date(time));
}

/**
 * The formats that all cells are written in: several where days and months cannot be told apart, none if they are no dates.
 *
 * @param cells at least one
 */
export function dateFormats(cells: readonly string[]): string[] {
  const fits = (format: string) => cells.every((cell) => parseDate(cell, format) !== undefined);
  if (cells.every((cell) => /^\d+(\.\d+)?$/.test(cell))) return numericFormats(cells, fits);
  return SPECIFIERS.filter(fits);
}

/** Numbers are dates if they are years, days written together, or seconds or milliseconds since 1970 that fall between 1980 and 2100. */
function numericFormats(cells: readonly string[], fits: (format: string) => boolean): string[] {
  const within = (low: number, high: number) => cells.every((cell) => Number(cell) >= low && Number(cell) <= high);
  if (cells.every((cell) => /^\d{4}$/.test(cell)) && within(1500, 2200)) return ["%Y"];
  if (cells.every((cell) => /^\d{8}$/.test(cell)) && within(1500_01_01, 2200_12_31) && fits("%Y%m%d")) return ["%Y%m%d"];
  if (within(315_532_800, 4_102_444_800)) return ["epoch s"];
  return within(315_532_800_000, 4_102_444_800_000) ? ["epoch ms"] : [];
}

/** Whether a text says how dates are written. */
export function isDateFormat(format: string): boolean {
  return format in EPOCHS || /%[a-zA-Z]/.test(format);
}
