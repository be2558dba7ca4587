import { manualSeed, randn } from "unrolled";
import { type BpttReport, bpttReport } from "unrolled/insight";
import type { Settings } from "../example.js";
import { nets } from "./nets.js";

/** How far gradients went back in one network. */
export interface Reached {
  readonly net: string;
  readonly seed: number;
  readonly verdict: "vanishing" | "exploding" | "steady" | "unknown";
  /** How many of the steps have at least a millionth of the last step's gradient. */
  readonly reach: number;
  /** Norm at the first step by that at the last. */
  readonly ratio: number;
  /** The verdict in words. */
  readonly text: string;
  /** `[T]` ‖∂L/∂h_t‖ divided by that of the last step. */
  readonly norms: readonly number[];
}

export const STEPS = 100;
const [BATCH, INPUTS, HIDDEN] = [8, 4, 64];

/** Asks each network what becomes of a gradient that sets out at the last step. */
export function reach({ short, seed, say }: Settings): Reached[] {
  const seeds = Array.from({ length: short ? 2 : 5 }, (_, index) => seed + index);
  return Object.keys(nets).flatMap((net) => {
    const found = seeds.map((each) => ask(net, each));
    say(`${net}: ${found[0]?.text}`);
    return found;
  });
}

function ask(net: string, seed: number): Reached {
  const layer = report(net, seed).layers[0];
  if (layer?.fromLastStep == null) throw new Error(`${net} must get a gradient at its last step`);
  const { kind: verdict, reach, ratio, text } = layer.verdict;
  return { net, seed, verdict, reach, ratio, text, norms: [...layer.fromLastStep] };
}

/** A network that is not trained reads noise; the loss is of its last output alone. */
export function report(net: string, seed: number): BpttReport {
  manualSeed(seed);
  const make = nets[net];
  if (make === undefined) throw new Error(`net must be one of ${Object.keys(nets).join(", ")}, got ${net}`);
  const model = make(INPUTS, HIDDEN);
  const input = randn([STEPS, BATCH, INPUTS]);
  return bpttReport(model, () => {
    const [output] = model.forward(input);
    const last = output.select(0, -1);
    return last.mul(last).mean();
  });
}
