/** Recurrent networks of plain tensor operations, one sequence and one step at a time, in which every state keeps its gradient. */

import { cat, nn, type Tensor, zeros } from "unrolled";

export type Recurrent = nn.RNN | nn.LSTM | nn.GRU;

/** The state of one layer and direction after a step of a sequence. */
export interface Kept {
  readonly run: number;
  readonly t: number;
  readonly h: Tensor;
  readonly c: Tensor | undefined;
}

interface Weights {
  readonly wx: Tensor;
  readonly wh: Tensor;
  readonly bx: Tensor;
  readonly bh: Tensor;
}

function weights(module: Recurrent, layer: number, direction: number): Weights {
  const of = (name: "weight_ih" | "weight_hh" | "bias_ih" | "bias_hh") =>
    module[`${name}_l${layer}${direction === 1 ? "_reverse" : ""}`] as Tensor;
  return { wx: of("weight_ih").transpose(0, 1), wh: of("weight_hh").transpose(0, 1), bx: of("bias_ih"), bh: of("bias_hh") };
}

type State = readonly [h: Tensor, c: Tensor];

function step(module: Recurrent, { wx, wh, bx, bh }: Weights, x: Tensor, [h, c]: State): State {
  const [a, b] = [x.matmul(wx).add(bx), h.matmul(wh).add(bh)];
  const gate = (y: Tensor, index: number) => y.narrow(1, index * module.hiddenSize, module.hiddenSize);
  const both = (index: number) => gate(a, index).add(gate(b, index));
  if (module instanceof nn.LSTM) {
    const next = both(1)
      .sigmoid()
      .mul(c)
      .add(both(0).sigmoid().mul(both(2).tanh()));
    return [both(3).sigmoid().mul(next.tanh()), next];
  }
  if (module instanceof nn.GRU) {
    const [r, z] = [both(0).sigmoid(), both(1).sigmoid()];
    const n = gate(a, 2)
      .add(r.mul(gate(b, 2)))
      .tanh();
    return [n.add(z.mul(h.sub(n))), c];
  }
  return [module.nonlinearity === "relu" ? a.add(b).relu() : a.add(b).tanh(), c];
}

/** The outputs `[1, D·H]` of one sequence `[1, I]` per step; `kept` gets all states. */
export function unroll(module: Recurrent, sequence: readonly Tensor[], kept: Kept[]): Tensor[] {
  let rows = [...sequence];
  const count = module.bidirectional ? 2 : 1;
  for (let layer = 0; layer < module.numLayers; layer++) {
    const sides = Array.from({ length: count }, (_, direction) => {
      const own = weights(module, layer, direction);
      const outputs = new Array<Tensor>(rows.length);
      let state: State = [zeros([1, module.hiddenSize]), zeros([1, module.hiddenSize])];
      const order = [...rows.keys()];
      for (const t of direction === 0 ? order : order.reverse()) {
        state = step(module, own, rows[t] as Tensor, state);
        const [h, c] = state;
        h.retainGrad();
        if (module instanceof nn.LSTM) c.retainGrad();
        kept.push({ run: layer * count + direction, t, h, c: module instanceof nn.LSTM ? c : undefined });
        outputs[t] = h;
      }
      return outputs;
    });
    rows = rows.map((_, t) =>
      cat(
        sides.map((side) => side[t] as Tensor),
        { dim: 1 },
      ),
    );
  }
  return rows;
}

/** `[run][t]` the norms of what the states have kept, over all sequences. */
export function normsOf(kept: readonly Kept[], runs: number, steps: number, which: "h" | "c"): number[][] {
  const squares = Array.from({ length: runs }, () => new Array<number>(steps).fill(0));
  for (const each of kept) {
    for (const value of each[which]?.grad?.data ?? []) (squares[each.run] as number[])[each.t]! += value ** 2;
  }
  return squares.map((run) => run.map(Math.sqrt));
}
