import { counted } from "../../print.js";
/** How far rows are apart: months that end or not on their last day, working days, or milliseconds. */
export type Step =
  | { readonly unit: "month"; readonly count: number; readonly day: number }
  | { readonly unit: "working day" }
  | { readonly unit: "ms"; readonly count: number };

const DAY = 86_400_000;
/** A day of a month that stands for its last. */
const LAST = 31;

const monthOf = (date: Date) => date.getUTCFullYear() * 12 + date.getUTCMonth();
const daysIn = (month: number) => new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate();

/** The most frequent of some numbers, and how many are equal to it. */
function mode(values: readonly number[]): { value: number; times: number } {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, times]) => ({ value, times })).reduce((best, each) => (each.times > best.times ? each : best));
}

function differences(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - values[index]!);
}

/**
 * How far the rows are apart that have these times, in rising order; undefined if there is no such distance.
 *
 * @param times at least two, different
 */
export function findStep(times: readonly number[]): Step | undefined {
  const gaps = differences(times);
  const { value, times: often } = mode(gaps);
  const months = monthStep(times);
  if (value >= 28 * DAY && months !== undefined) return months;
  const days = times.map((time) => new Date(time).getUTCDay());
  const weekends = days.filter((day) => day === 0 || day === 6).length;
  if (value === DAY && weekends === 0 && times.length > 7) return { unit: "working day" };
  return often * 2 > gaps.length || (gaps.length <= 2 && often === gaps.length) ? { unit: "ms", count: value } : undefined;
}

function monthStep(times: readonly number[]): Step | undefined {
  const dates = times.map((time) => new Date(time));
  const lastDays = dates.every((date) => date.getUTCDate() === daysIn(monthOf(date)));
  const day = lastDays ? LAST : Math.max(...dates.map((date) => date.getUTCDate()));
  const fits = dates.every((date) => date.getUTCDate() === Math.min(day, daysIn(monthOf(date))) && date.getTime() % DAY === 0);
  const { value } = mode(differences(dates.map(monthOf)));
  return fits && value > 0 ? { unit: "month", count: value, day } : undefined;
}

/** The time some steps after another. */
export function addSteps(time: number, step: Step, steps: number): number {
  if (step.unit === "ms") return time + step.count * steps;
  if (step.unit === "month") {
    const month = monthOf(new Date(time)) + step.count * steps;
    return Date.UTC(Math.floor(month / 12), month % 12, Math.min(step.day, daysIn(month))) + (time % DAY);
  }
  const weekday = (new Date(time).getUTCDay() + 6) % 7;
  return time + (steps + 2 * Math.floor((weekday + steps) / 5)) * DAY;
}

/** How many steps lie between two times, at least 1; undefined if it is no whole number. */
export function stepsBetween(from: number, to: number, step: Step): number | undefined {
  const guess = Math.round(ratio(from, to, step));
  return guess >= 1 && addSteps(from, step, guess) === to ? guess : undefined;
}

function ratio(from: number, to: number, step: Step): number {
  if (step.unit === "ms") return (to - from) / step.count;
  if (step.unit === "month") return (monthOf(new Date(to)) - monthOf(new Date(from))) / step.count;
  const weeks = Math.floor((to - from) / (7 * DAY));
  const rest = (to - from) / DAY - 7 * weeks;
  const weekday = (new Date(from).getUTCDay() + 6) % 7;
  return weeks * 5 + (weekday + rest > 4 ? rest - 2 : rest);
}

const UNITS = [
  ["week", 7 * DAY],
  ["day", DAY],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
  ["millisecond", 1],
] as const;

/** `1 month`, `15 minutes`, `1 working day` */
export function describeStep(step: Step): string {
  if (step.unit === "working day") return "1 working day";
  if (step.unit === "month") return step.count % 12 === 0 ? counted(step.count / 12, "year") : counted(step.count, "month");
  const [name, size] = UNITS.find(([, each]) => step.count % each === 0) ?? ["millisecond", 1];
  return counted(step.count / size, name);
}

/** Whether two steps are the same, whatever the day of the month. */
export function sameStep(a: Step, b: Step): boolean {
  return a.unit === b.unit && (!("count" in a) || a.count === (b as typeof a).count);
}

/** A step in days, about. */
export function stepInDays(step: Step): number {
  return step.unit === "ms" ? step.count / DAY : step.unit === "month" ? step.count * 30.436875 : 1;
}
