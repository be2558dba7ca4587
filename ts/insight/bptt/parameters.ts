import type { GateName } from "../../nn/recurrent/gates.js";
import type { Pass } from "../../nn/recurrent/pass.js";
import { GATES, TABLE_WIDTH } from "../../nn/recurrent/sizes.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Chain } from "./chains.js";
import { gradientValues } from "./gradient-values.js";
import type { Names } from "./names.js";

/** How large the gradient of a parameter is. */
export interface ParameterGradient {
  readonly name: string;
  readonly shape: readonly number[];
  /** Frobenius norm; null if it has no gradient. */
  readonly norm: number | null;
  /** The norms of the rows of each gate, in weights and biases of recurrent modules that have several. */
  readonly gates?: Readonly<Partial<Record<GateName, number>>>;
}

/** By which norms are sorted: what is not finite is above all others. */
export function rank(norm: number | null): number {
  return norm !== null && Number.isFinite(norm) ? norm : Number.MAX_VALUE;
}

/** The gates by whose rows a weight is divided; h alone for an RNN. */
export function gateNames({ cell }: Pass["network"]): GateName[] {
  const names = GATES[cell].map(([gate]) => gate as GateName);
  return names.length === 0 ? ["h"] : names;
}

function squares(values: ArrayLike<number>, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at++) sum += (values[at] as number) ** 2;
  return sum;
}

/** Σ g² of each gate's rows of a parameter. */
function squaresByGate(values: ArrayLike<number>, gates: number): number[] {
  const part = values.length / gates;
  return Array.from({ length: gates }, (_, gate) => squares(values, gate * part, (gate + 1) * part));
}

/** Columns of the table of parameters whose rows belong to gates: W_ih W_hh b_ih b_hh, and the gains of layer norm of both products. */
const BY_GATE = new Set([0, 1, 2, 3, 5, 6]);

/** The gradients that the parameters have now: those of the model, then others that recurrent modules have computed with. */
export function parameterGradients(names: Names, chains: readonly Chain[]): ParameterGradient[] {
  const all = new Map<Tensor, ParameterGradient>();
  const add = (tensor: Tensor, name: string, gates: readonly GateName[]) => {
    const values = gradientValues(tensor);
    const norm = values === undefined ? null : Math.sqrt(squares(values, 0, values.length));
    const parts = values === undefined || gates.length < 2 ? undefined : squaresByGate(values, gates.length);
    const byGate = parts && { gates: Object.fromEntries(gates.map((gate, at) => [gate, Math.sqrt(parts[at] as number)])) };
    all.set(tensor, { name, shape: tensor.shape, norm, ...byGate });
  };
  for (const [tensor, name] of names.parameters) if (tensor.requiresGrad) add(tensor, name, []);
  for (const { calls } of chains) {
    for (const { pass } of calls) {
      for (const [index, tensor] of pass.parameters.entries()) {
        const { name, position } = pass.network.slots[index] as Pass["network"]["slots"][number];
        if (all.get(tensor)?.gates !== undefined || !tensor.requiresGrad) continue;
        const gates = BY_GATE.has(position % TABLE_WIDTH) ? gateNames(pass.network) : [];
        add(tensor, names.parameter(tensor, names.module(pass), name), gates);
      }
    }
  }
  return [...all.values()];
}

/** `[run]` of a module: by gate the norm of the gradients of its rows of W_ih, W_hh and both biases, as they are now; null without any. */
export function gateGradients({ calls }: Chain): Map<GateName, number | null>[] {
  const { network } = (calls[0] as Chain["calls"][number]).pass;
  const gates = gateNames(network);
  const sums = Array.from({ length: network.runs }, () => new Array<number | null>(gates.length).fill(null));
  const seen = new Set<Tensor>();
  for (const { pass } of calls) {
    for (const [index, tensor] of pass.parameters.entries()) {
      const { position } = network.slots[index] as Pass["network"]["slots"][number];
      const values = gradientValues(tensor);
      if (values === undefined || seen.has(tensor) || position % TABLE_WIDTH > 3) continue;
      seen.add(tensor);
      const own = sums[Math.floor(position / TABLE_WIDTH)] as (number | null)[];
      for (const [gate, sum] of squaresByGate(values, gates.length).entries()) own[gate] = (own[gate] ?? 0) + sum;
    }
  }
  return sums.map((own) => new Map(own.map((sum, at) => [gates[at] as GateName, sum === null ? null : Math.sqrt(sum)])));
}
