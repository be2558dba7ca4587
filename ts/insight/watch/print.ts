import { counted, table, wrap } from "../../print.js";
import { keepingGate, memoryLength } from "../bptt/gates.js";
import { percent, short } from "../bptt/numbers.js";
import { fitted, layerLabel } from "../label.js";
import type { LayerLook } from "./look.js";
import type { Watch } from "./watch.js";

const WIDTH = 100;
const MOST = 24;
const NAME = 28;

/** Why a watch has no look: the model's recurrent modules are frozen, or others are trained. */
export const NOTHING_SEEN = "Nothing has been looked at yet: no step of the optimizer had gradients of a recurrent module";

export function printWatch({ history, alerts, steps }: Watch): string {
  const last = history.at(-1);
  const nothing = steps > 0 && last === undefined;
  const head = `watched ${counted(steps, "step")} of training, ${counted(history.length, "look")}, ${counted(alerts.length, "alert")}`;
  const blocks = [nothing ? [head, `${NOTHING_SEEN}.`] : [head]];
  if (last !== undefined) {
    const more = last.layers.length > MOST ? [`… and ${counted(last.layers.length - MOST, "more layer")}`] : [];
    blocks.push([`step ${last.step}: gradient norm ${short(last.gradientNorm)}`, ...lookTable(last.layers.slice(0, MOST)), ...more]);
  }
  const shown = alerts.slice(-MOST);
  if (shown.length > 0) blocks.push(shown.flatMap(({ step, text }) => wrap(`step ${step}: ${text}`, WIDTH, "", "  ")));
  return blocks.map((lines) => lines.join("\n")).join("\n\n");
}

function lookTable(layers: readonly LayerLook[]): string[] {
  if (layers.length === 0) return [];
  const rows = layers.map((look) => {
    const { steps, first, last, largest, largestAt, gates, deadUnits } = look;
    const kept = keepingGate(gates);
    const saturated = gates.map((gate) => gate.saturated).filter((share) => share !== null);
    const most = saturated.length === 0 ? "–" : percent(Math.max(...saturated));
    const remark =
      steps === 0
        ? ""
        : kept !== undefined
          ? `${kept.gate} ${short(kept.mean)}: ${short(memoryLength(kept.mean))} steps`
          : deadUnits === null
            ? ""
            : `${deadUnits.length} dead`;
    return [
      fitted(layerLabel(look), NAME),
      steps.toLocaleString("en"),
      short(first),
      short(last),
      `${short(largest)} @ ${largestAt}`,
      most,
      remark,
    ];
  });
  const align = ["left", "right", "right", "right", "right", "right", "left"] as const;
  return table(["‖∂L/∂h_t‖", "steps", "t = 0", "t = T−1", "largest", "saturated", ""], rows, align);
}
