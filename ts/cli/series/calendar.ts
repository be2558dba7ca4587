import { sineOfTurn } from "./statistics.js";
import { type Step, stepInDays } from "./step.js";

const DAY = 86_400_000;

/** What comes round: where in a cycle a moment is, and how many waves tell it. */
export const CYCLES = {
  day: { days: 1, waves: 2, place: (time: number) => (time % DAY) / DAY },
  week: { days: 7, waves: 3, place: (time: number) => ((time / DAY + 3) % 7) / 7 },
  year: { days: 365.25, waves: 2, place: placeInYear },
} as const;

export type Cycle = keyof typeof CYCLES;

function placeInYear(time: number): number {
  const year = new Date(time).getUTCFullYear();
  const start = Date.UTC(year, 0, 1);
  return (time - start) / (Date.UTC(year + 1, 0, 1) - start);
}

/** The cycles that rows so far apart go through, of those that the first `rows` rows see twice. */
export function cyclesOf(step: Step | null, rows: number): Cycle[] {
  if (step === null) return [];
  const days = stepInDays(step);
  return (Object.keys(CYCLES) as Cycle[]).filter((name) => CYCLES[name].days >= 2 * days && CYCLES[name].days * 2 <= rows * days);
}

/** Columns that say where in each cycle a row is: sine and cosine of one wave in it, of two, … */
export function calendarColumns(times: Float64Array, cycles: readonly Cycle[]): Float64Array[] {
  return cycles.flatMap((name) => {
    const { waves, place } = CYCLES[name];
    return Array.from({ length: 2 * waves }, (_, index) => {
      const wave = 1 + Math.floor(index / 2);
      return times.map((time) => sineOfTurn(wave * place(time) + (index % 2 === 0 ? 0 : 0.25)));
    });
  });
}
