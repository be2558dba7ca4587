import type { Sizes } from "../../nn/recurrent/sizes.js";
import { counted } from "../../print.js";
import { adviceFor } from "./advice.js";
import type { GateSummary } from "./gates.js";
import { short } from "./numbers.js";
import type { Reach, Thresholds } from "./reach.js";

/** How far gradients go back in one layer and direction, in words. */
export interface Verdict extends Reach {
  /** One sentence. */
  readonly text: string;
  /** What to try, for this cell as it is made; empty if there is nothing to be done. */
  readonly advice: readonly string[];
}

/** What a verdict is about. */
export interface Subject {
  readonly cell: "tanh" | "relu" | "lstm" | "gru";
  readonly sizes: Sizes;
  readonly direction: number;
  /** As a program calls it: `rnn`, `LSTM`. */
  readonly module: string;
  /** `l0`, `l1_reverse`: the end of the names of its parameters; empty for cells. */
  readonly suffix: string;
  /** Steps of the whole walk. */
  readonly total: number;
  readonly gates: readonly GateSummary[];
  readonly deadUnits: readonly number[] | null;
  readonly spectralRadius: number | null;
  /** Which state the norms are of. */
  readonly state: "h" | "c";
}

export function verdictOf(reach: Reach, subject: Subject, thresholds: Thresholds): Verdict {
  return { ...reach, text: sentence(reach, subject, thresholds), advice: adviceFor(reach, subject) };
}

function sentence(reach: Reach, subject: Subject, thresholds: Thresholds): string {
  const { steps, ratio, peak } = reach;
  const of = subject.state === "c" ? " (of c: none arrives at h)" : "";
  const since = steps === subject.total ? "" : `, since all of its sequences were reset there (${counted(subject.total, "step")} in all)`;
  const between = peak === undefined ? "" : `; on the way, at step ${peak.step}, they are ${short(peak.ratio)} times the last step's`;
  switch (reach.kind) {
    case "unknown":
      return unknown(reach, subject);
    case "exploding":
      if (reach.overflow !== undefined) {
        return `gradients overflow float32 at step ${reach.overflow}, after ${reach.reach} of ${counted(steps, "step")} back${of}: exploding${since}`;
      }
      return `gradients grow to ${short(ratio)} times the last step's on their way back over ${counted(steps, "step")}${of}: exploding${since}${between}`;
    case "vanishing":
      return `gradients reach back ${reach.reach.toLocaleString("en")} of ${counted(steps, "step")}; before that they are below ${short(thresholds.vanishing)} of the last step's${zeros(reach)}${of}: vanishing${since}${between}`;
    case "steady":
      if (steps === 1)
        return `there is ${subject.total === 1 ? "one step only" : "one step only since the reset"}: nothing to go back over${of}`;
      return `gradients reach back all ${counted(steps, "step")}; at the first they are ${short(ratio)} of the last step's${of}: steady${since}${between}`;
  }
}

function zeros({ zero }: Reach): string {
  return zero === undefined ? "" : `, and from step ${zero} on back exactly 0`;
}

function unknown({ why }: Reach, { direction, total }: Subject): string {
  const last = direction === 0 ? `its last, step ${total - 1}` : "its last, step 0";
  if (why === "no steps") return "there is no step: nothing to go back over";
  if (why === "forward not finite") return "values are not finite already on the way forward: how far gradients go back is unknown";
  if (why === "not finite") return `the gradient that arrives at ${last}, is not finite: look for the reason with detectAnomaly`;
  return `no gradient arrives at ${last}: the loss does not depend on it, so how far one would go back from there is unknown`;
}
