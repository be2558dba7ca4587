/** Thresholds are found among so many. */
const BINS = 256;

/** Any number into (−1, 1), in order; and back. */
function squash(value: number): number {
  return value / (1 + Math.abs(value));
}

function unsquash(value: number): number {
  return value / (1 - Math.abs(value));
}

function binOf(value: number): number {
  return Math.min(BINS - 1, Math.floor(((squash(value) + 1) / 2) * BINS));
}

/** How well a unit tells where a feature of 0 and 1 is 1. */
export interface Threshold {
  /** 2·TP / (2·TP + FP + FN) */
  readonly f1: number;
  readonly threshold: number;
  /** Whether the feature is there above it, or below. */
  readonly above: boolean;
}

/** Sums over a text, from which the correlation of every unit of a layer with a feature follows; nothing grows with the text. */
export class Scores {
  readonly #units: number;
  readonly #isBinary: boolean;
  #count = 0;
  #sum = 0;
  #squares = 0;
  readonly #unitSums: Float64Array;
  readonly #unitSquares: Float64Array;
  readonly #products: Float64Array;
  /** `[units, 2, BINS]` how often a unit was in a bin while the feature was 0, and 1. */
  readonly #bins: Uint32Array;

  constructor(units: number, isBinary: boolean) {
    this.#units = units;
    this.#isBinary = isBinary;
    this.#unitSums = new Float64Array(units);
    this.#unitSquares = new Float64Array(units);
    this.#products = new Float64Array(units);
    this.#bins = new Uint32Array(isBinary ? 2 * BINS * units : 0);
  }

  /** One character: the feature there, and the states of all units, which begin at `start`. */
  add(feature: number, values: Float32Array, start: number): void {
    this.#count++;
    this.#sum += feature;
    this.#squares += feature * feature;
    for (let unit = 0; unit < this.#units; unit++) {
      const value = values[start + unit] as number;
      this.#unitSums[unit] = (this.#unitSums[unit] as number) + value;
      this.#unitSquares[unit] = (this.#unitSquares[unit] as number) + value * value;
      this.#products[unit] = (this.#products[unit] as number) + value * feature;
      if (!this.#isBinary || Number.isNaN(value)) continue;
      const bin = (2 * unit + feature) * BINS + binOf(value);
      this.#bins[bin] = (this.#bins[bin] as number) + 1;
    }
  }

  /** Pearson's correlation; 0 for a unit that does not move, NaN for one that is not finite. */
  correlation(unit: number): number {
    const [sum, squares] = [this.#unitSums[unit] as number, this.#unitSquares[unit] as number];
    const spread = squares - (sum * sum) / this.#count;
    if (Number.isNaN(spread)) return Number.NaN;
    // Rounding leaves something of a constant, too.
    if (spread <= 1e-12 * squares || spread <= 0) return 0;
    const shared = (this.#products[unit] as number) - (sum * this.#sum) / this.#count;
    const own = this.#squares - (this.#sum * this.#sum) / this.#count;
    return Math.max(-1, Math.min(1, shared / Math.sqrt(spread * own)));
  }

  /** The best threshold for a feature of 0 and 1; null for others. */
  threshold(unit: number): Threshold | null {
    if (!this.#isBinary) return null;
    const [off, on] = [0, 1].map((feature) => this.#bins.subarray((2 * unit + feature) * BINS, (2 * unit + feature + 1) * BINS)) as [
      Uint32Array,
      Uint32Array,
    ];
    const [negatives, positives] = [total(off), total(on)];
    let best: Threshold = { f1: 0, threshold: 0, above: true };
    let [offBelow, onBelow] = [0, 0];
    for (let bin = 0; bin <= BINS; bin++) {
      const threshold = unsquash(Math.max(-1 + 1e-9, Math.min(1 - 1e-9, (2 * bin) / BINS - 1)));
      const above = f1Of(positives - onBelow, negatives - offBelow, positives);
      const below = f1Of(onBelow, offBelow, positives);
      if (above > best.f1) best = { f1: above, threshold, above: true };
      if (below > best.f1) best = { f1: below, threshold, above: false };
      offBelow += off[bin] ?? 0;
      onBelow += on[bin] ?? 0;
    }
    return best;
  }
}

function total(counts: Uint32Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function f1Of(hits: number, falseAlarms: number, positives: number): number {
  return hits === 0 ? 0 : (2 * hits) / (hits + falseAlarms + positives);
}
