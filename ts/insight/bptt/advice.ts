import { keepingGate, memoryLength } from "./gates.js";
import { percent, short } from "./numbers.js";
import type { Reach } from "./reach.js";
import type { Subject } from "./verdict.js";

/** Above this share of saturated units they are worth a word. */
const MANY_SATURATED = 0.5;
/** Fewer steps than this need no shorter spans. */
const SHORT = 30;

/** What to try, most promising first. */
export function adviceFor(reach: Reach, subject: Subject): string[] {
  const extra = [...forSaturation(subject), ...forDeadUnits(subject)];
  switch (reach.kind) {
    case "vanishing":
      return [...againstVanishing(reach, subject), ...extra];
    case "exploding":
      return [...againstExploding(reach, subject), ...extra];
    case "steady":
      return reach.peak === undefined ? forDeadUnits(subject) : [CLIP, ...extra];
    case "unknown":
      return [];
  }
}

const CLIP = "clip gradients before the optimizer's step: nn.utils.clipGradNorm_(model.parameters(), 1)";

function weightHh({ module, suffix }: Subject): string {
  return `${module}.weight_hh${suffix === "" ? "" : `_${suffix}`}`;
}

function againstVanishing(reach: Reach, subject: Subject): string[] {
  const { cell, sizes, module } = subject;
  const advice: string[] = [];
  if (cell === "lstm") advice.push(...openGates(reach, subject));
  else if (cell === "gru")
    advice.push(...openGates(reach, subject), "nn.LSTM with nn.init.forgetBias_, whose cell state can keep its gradient over longer times");
  else {
    advice.push("nn.LSTM or nn.GRU: their states can pass gradients on without a product in between");
    advice.push(`a W_hh that neither shrinks nor stretches: nn.init.orthogonal_(${weightHh(subject)})${radius(subject)}`);
  }
  if (!sizes.layerNorm && module !== "" && subject.suffix !== "") advice.push("layer norm inside the recurrence: { layerNorm: true }");
  if (sizes.recurrentDropout > 0)
    advice.push(`less recurrentDropout than ${sizes.recurrentDropout}, which cuts that share of the ways back at every step`);
  if (reach.steps >= SHORT && !sizes.bidirectional) {
    const spans = `spans of about ${roundUp(reach.reach)} steps (nn.utils.rnn.spans)`;
    advice.push(`${spans}, if nothing farther back matters: they learn the same in less time and memory`);
  }
  return advice;
}

/** 14 → 20, 130 → 200: one digit. */
function roundUp(steps: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(steps, 10)));
  return unit * Math.ceil(steps / unit);
}

function radius({ spectralRadius }: Subject): string {
  return spectralRadius === null ? "" : `; its spectral radius is ${short(spectralRadius)}`;
}

/** The bias that makes σ keep a state for as many steps as there are: ln(T − 1), the longest time of Tallec and Ollivier's (2018) chrono initialization. */
function openGates({ steps }: Reach, { cell, gates, sizes, module }: Subject): string[] {
  const gate = keepingGate(gates);
  if (gate === undefined || !(memoryLength(gate.mean) < steps) || !sizes.bias) return [];
  const now = `${gate.gate} is ${short(gate.mean)} on average, by which ${short(memoryLength(gate.mean))} steps are remembered`;
  const bias = short(Math.log(Math.max(steps - 1, 3)));
  if (cell === "lstm") return [`open the forget gate: nn.init.forgetBias_(${module}, ${bias}) for ${steps} steps (${now})`];
  return [`open the update gate: ${bias} in its third of bias_ih, the second, for ${steps} steps (${now})`];
}

function againstExploding(reach: Reach, subject: Subject): string[] {
  const { cell, sizes } = subject;
  const advice = [CLIP];
  const rnn = cell === "tanh" || cell === "relu";
  advice.push(`a W_hh that does not stretch: nn.init.orthogonal_(${weightHh(subject)})${radius(subject)}`);
  if (!sizes.layerNorm && subject.suffix !== "") advice.push("layer norm inside the recurrence: { layerNorm: true }");
  if (rnn) advice.push("nn.LSTM or nn.GRU, whose gates bound what one step does");
  if (reach.steps >= SHORT && !sizes.bidirectional) advice.push(`shorter spans than ${reach.steps} steps (nn.utils.rnn.spans)`);
  return advice;
}

function forSaturation({ gates }: Subject): string[] {
  const many = gates.filter(({ saturated }) => saturated !== null && saturated > MANY_SATURATED);
  if (many.length === 0) return [];
  const list = many.map(({ gate, saturated }) => `${gate} ${percent(saturated as number)}`).join(", ");
  return [`smaller weights or inputs: saturated units pass hardly any gradient on (${list})`];
}

function forDeadUnits({ deadUnits, sizes }: Subject): string[] {
  if (deadUnits === null || deadUnits.length === 0) return [];
  const what = `${deadUnits.length} of ${sizes.hiddenSize} units are never active`;
  return [`${what}: a lower learning rate, larger biases, or another seed; they get no gradient`];
}
