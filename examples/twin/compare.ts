import type { RunRecord } from "./record.js";

/** How far the two may be apart. */
export const LIMITS = {
  /** Of a loss, in the first steps. Later the smallest difference grows: training is chaotic, also between two machines with the same PyTorch. */
  loss: 2e-4,
  firstSteps: 40,
  /** Of the held-out text after the last step. */
  bits: 0.01,
  /** Of the logits of a file, here and there. */
  logits: 1e-4,
} as const;

/** A file of weights, and the largest difference of the logits that both sides get from it. */
export interface Reloaded {
  readonly file: string;
  readonly reader: string;
  readonly difference: number;
}

export interface Comparison {
  readonly ours: RunRecord;
  readonly theirs: RunRecord;
  readonly steps: number;
  /** Parameters that did not start from the same bits. */
  readonly changed: readonly string[];
  /** |loss − loss| of each step. */
  readonly differences: readonly number[];
  /** The largest of the first steps, and of all. */
  readonly first: number;
  readonly all: number;
  /** Bits per character after the last step. */
  readonly bits: readonly [ours: number, theirs: number];
  readonly reloaded: readonly Reloaded[];
}

/** Compares the run here with PyTorch's, which may have gone on for longer. */
export function compare(ours: RunRecord, theirs: RunRecord, reloaded: readonly Reloaded[]): Comparison {
  const steps = ours.losses.length;
  const names = new Set([...Object.keys(ours.initial), ...Object.keys(theirs.initial)]);
  const differences = ours.losses.map((loss, index) => Math.abs(loss - (theirs.losses[index] ?? Number.NaN)));
  const last = ({ heldOut }: RunRecord) => heldOut.find(({ step }) => step === steps)?.bits ?? Number.NaN;
  return {
    ours,
    theirs,
    steps,
    changed: [...names].filter((name) => ours.initial[name] !== theirs.initial[name]),
    differences,
    first: Math.max(...differences.slice(0, LIMITS.firstSteps)),
    all: Math.max(...differences),
    bits: [last(ours), last(theirs)],
    reloaded,
  };
}

/** What must hold and does not, a sentence for each; a value that is no number never holds. */
export function failures({ ours, theirs, steps, changed, first, bits, reloaded }: Comparison): string[] {
  const apart = Math.abs(bits[0] - bits[1]);
  const early = Math.min(LIMITS.firstSteps, steps);
  const checks: [holds: boolean, sentence: string][] = [
    [ours.text === theirs.text, `the text must be PyTorch's, got SHA-256 ${ours.text} for ${theirs.text}`],
    [changed.length === 0, `the initial weights must be the same bits, got others in ${changed.join(", ")}`],
    [first <= LIMITS.loss, `the losses of the first ${early} steps must be within ${LIMITS.loss}, got a difference of ${first}`],
    [apart <= LIMITS.bits, `the final bits per character must be within ${LIMITS.bits}, got ${bits[0]} and PyTorch's ${bits[1]}`],
    ...reloaded.map(({ file, reader, difference }): [boolean, string] => [
      difference <= LIMITS.logits,
      `the logits of ${file} in ${reader} must be within ${LIMITS.logits}, got a difference of ${difference}`,
    ]),
  ];
  return checks.filter(([holds]) => !holds).map(([, sentence]) => sentence);
}
