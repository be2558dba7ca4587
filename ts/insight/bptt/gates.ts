import { type GateName, gatesOfPass } from "../../nn/recurrent/gates.js";
import type { Pass } from "../../nn/recurrent/pass.js";

/** What the values of a gate are like, over all steps, sequences and units. */
export interface GateSummary {
  readonly gate: GateName;
  readonly mean: number;
  /** The share of values near the lower end: below 0.05 of σ, −0.95 of tanh; null for relu, which has no ends. */
  readonly low: number | null;
  /** The share near the upper end: above 0.95. */
  readonly high: number | null;
  /** Both together. */
  readonly saturated: number | null;
}

/** What one layer and direction did. */
export interface Activity {
  readonly gates: readonly GateSummary[];
  /** Of relu: the units that were 0 at every step of every sequence. */
  readonly deadUnits: readonly number[] | null;
}

/** Where a gate is as good as shut or open, and where tanh hardly moves any more: 5 % from the end, as in Karpathy, Johnson and Fei-Fei 2015 (10 %). */
const ENDS = { sigmoid: [0.05, 0.95], tanh: [-0.95, 0.95] } as const;

class Tally {
  count = 0;
  sum = 0;
  low = 0;
  high = 0;

  add(values: Float32Array, [least, most]: readonly [number, number]): void {
    this.count += values.length;
    for (let at = 0; at < values.length; at++) {
      const value = values[at] as number;
      this.sum += value;
      if (value < least) this.low++;
      else if (value > most) this.high++;
    }
  }
}

/** Sums up what the gates of a layer and direction do, pass by pass. */
class RunTally {
  readonly #gates = new Map<GateName, Tally>();
  readonly #active: Uint8Array | null;
  readonly #cell: Pass["network"]["cell"];

  constructor({ network }: Pass) {
    this.#cell = network.cell;
    this.#active = network.cell === "relu" ? new Uint8Array(network.sizes.hiddenSize) : null;
  }

  add(gates: ReadonlyMap<GateName, Float32Array>): void {
    for (const [gate, values] of gates) {
      const tally = this.#gates.get(gate) ?? new Tally();
      this.#gates.set(gate, tally);
      tally.add(values, isTanh(gate) ? ENDS.tanh : ENDS.sigmoid);
      if (this.#active !== null) mark(this.#active, values);
    }
  }

  summary(): Activity {
    const gates = Array.from(this.#gates, ([gate, { count, sum, low, high }]): GateSummary => {
      const share = (part: number) => (this.#cell === "relu" ? null : part / count);
      return { gate, mean: sum / count, low: share(low), high: share(high), saturated: share(low + high) };
    });
    const seen = gates.length > 0 && Number.isFinite(gates[0]?.mean);
    if (this.#active === null) return { gates, deadUnits: null };
    return { gates, deadUnits: seen ? Array.from(this.#active.keys()).filter((unit) => this.#active?.[unit] === 0) : [] };
  }
}

function isTanh(gate: GateName): boolean {
  return gate === "g" || gate === "n" || gate === "h";
}

/** Marks the units that are not 0 somewhere; NaN counts as active: it is another fault. */
function mark(active: Uint8Array, values: Float32Array): void {
  for (let at = 0; at < values.length; at++) if (values[at] !== 0) active[at % active.length] = 1;
}

/** What every layer and direction of a module does in its passes, which are made again for it. */
export class Activities {
  readonly #tallies: RunTally[] = [];

  add(pass: Pass): void {
    for (const [run, { gates }] of gatesOfPass(pass).entries()) {
      this.#tallies[run] ??= new RunTally(pass);
      this.#tallies[run].add(gates);
    }
  }

  /** By layer·D + direction. */
  get summaries(): Activity[] {
    return this.#tallies.map((tally) => tally.summary());
  }
}

/** The gate that says how much of the state stays: f of an LSTM, z of a GRU. */
export function keepingGate(gates: readonly GateSummary[]): GateSummary | undefined {
  return gates.find(({ gate }) => gate === "f" || gate === "z");
}

/** Steps until 1/e is left of a state of which a share `mean` stays at each: −1 / ln(mean). */
export function memoryLength(mean: number): number {
  // The absolute value, because −1/ln(1) would be −∞.
  return 1 / Math.abs(Math.log(mean));
}
