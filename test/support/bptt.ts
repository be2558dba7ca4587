/** Backpropagation through time of one layer in float64, by its equations: it shares nothing with the library. */

export type Cell = "tanh" | "relu" | "lstm" | "gru";

export interface Net {
  readonly cell: Cell;
  readonly hidden: number;
  /** `[G·H, I]`, `[G·H, H]`, `[G·H]` */
  readonly ih: Float64Array;
  readonly hh: Float64Array;
  readonly biasIh: Float64Array;
  readonly biasHh: Float64Array;
}

/** What a step leaves for backward. */
interface Saved {
  readonly h: Float64Array;
  readonly c: Float64Array;
  readonly before: readonly [h: Float64Array, c: Float64Array];
  /** The activated gates, one behind the other, and of a GRU `W_hn·h + b_hn`. */
  readonly gates: Float64Array;
  readonly b: Float64Array;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** `W·v + bias` */
function affine(matrix: Float64Array, vector: Float64Array, bias: Float64Array): Float64Array {
  const result = bias.slice();
  const columns = vector.length;
  for (let row = 0; row < result.length; row++) {
    let sum = result[row]!;
    for (let k = 0; k < columns; k++) sum += matrix[row * columns + k]! * vector[k]!;
    result[row] = sum;
  }
  return result;
}

/** `Wᵀ·v` */
function transposed(matrix: Float64Array, vector: Float64Array, columns: number): Float64Array {
  const result = new Float64Array(columns);
  for (let row = 0; row < vector.length; row++) {
    const factor = vector[row]!;
    if (factor !== 0) for (let k = 0; k < columns; k++) result[k] = result[k]! + matrix[row * columns + k]! * factor;
  }
  return result;
}

function forwardStep(net: Net, x: Float64Array, h: Float64Array, c: Float64Array): Saved {
  const { cell, hidden } = net;
  const a = affine(net.ih, x, net.biasIh);
  const b = affine(net.hh, h, net.biasHh);
  const [next, cells] = [new Float64Array(hidden), new Float64Array(cell === "lstm" ? hidden : 0)];
  const gates = a.map((value, at) => value + b[at]!);
  for (let unit = 0; unit < hidden; unit++) {
    const [at1, at2, at3] = [hidden + unit, 2 * hidden + unit, 3 * hidden + unit];
    if (cell === "lstm") {
      const [i, f, g, o] = [sigmoid(gates[unit]!), sigmoid(gates[at1]!), Math.tanh(gates[at2]!), sigmoid(gates[at3]!)];
      for (const [index, value] of [i, f, g, o].entries()) gates[index * hidden + unit] = value;
      cells[unit] = f * c[unit]! + i * g;
      next[unit] = o * Math.tanh(cells[unit]!);
    } else if (cell === "gru") {
      const [r, z] = [sigmoid(gates[unit]!), sigmoid(gates[at1]!)];
      const n = Math.tanh(a[at2]! + r * b[at2]!);
      for (const [index, value] of [r, z, n].entries()) gates[index * hidden + unit] = value;
      next[unit] = (1 - z) * n + z * h[unit]!;
    } else {
      next[unit] = cell === "tanh" ? Math.tanh(gates[unit]!) : Math.max(0, gates[unit]!);
    }
  }
  return { h: next, c: cells, before: [h, c], gates, b };
}

/** From the gradients of h and c after a step to those before it. */
function backwardStep(net: Net, step: Saved, dh: Float64Array, dc: Float64Array): [dh: Float64Array, dc: Float64Array] {
  const { cell, hidden, hh } = net;
  const { gates, before, b, h, c } = step;
  // Of W_hh·h + b_hh.
  const db = new Float64Array(gates.length);
  const [past, cells] = [new Float64Array(hidden), new Float64Array(dc.length)];
  for (let unit = 0; unit < hidden; unit++) {
    const gate = (index: number) => gates[index * hidden + unit]!;
    const give = (index: number, value: number) => {
      db[index * hidden + unit] = value;
    };
    const d = dh[unit]!;
    if (cell === "lstm") {
      const [i, f, g, o, out] = [gate(0), gate(1), gate(2), gate(3), Math.tanh(c[unit]!)];
      const all = dc[unit]! + d * o * (1 - out * out);
      give(0, all * g * i * (1 - i));
      give(1, all * before[1][unit]! * f * (1 - f));
      give(2, all * i * (1 - g * g));
      give(3, d * out * o * (1 - o));
      cells[unit] = all * f;
    } else if (cell === "gru") {
      const [r, z, n] = [gate(0), gate(1), gate(2)];
      const dn = d * (1 - z) * (1 - n * n);
      give(0, dn * b[2 * hidden + unit]! * r * (1 - r));
      give(1, d * (before[0][unit]! - n) * z * (1 - z));
      give(2, dn * r);
      past[unit] = d * z;
    } else {
      give(0, d * (cell === "tanh" ? 1 - h[unit]! ** 2 : +(h[unit]! > 0)));
    }
  }
  const through = transposed(hh, db, hidden);
  return [past.map((value, unit) => value + through[unit]!), cells];
}

/** The final h of one sequence `[T][I]` from `h0`. */
export function finalState(net: Net, sequence: readonly Float64Array[], h0: Float64Array): Saved[] {
  let [h, c]: [Float64Array, Float64Array] = [h0, new Float64Array(net.cell === "lstm" ? net.hidden : 0)];
  return sequence.map((x) => {
    const step = forwardStep(net, x, h, c);
    [h, c] = [step.h, step.c];
    return step;
  });
}

/** `[T + 1][H]`: the gradients of h0 and of h after every step, if `upstream` is that of the last one. */
export function gradientsOfStates(net: Net, sequence: readonly Float64Array[], upstream: Float64Array): Float64Array[] {
  const steps = finalState(net, sequence, new Float64Array(net.hidden));
  let [dh, dc]: [Float64Array, Float64Array] = [upstream, new Float64Array(net.cell === "lstm" ? net.hidden : 0)];
  const all = [dh];
  for (const step of steps.reverse()) {
    [dh, dc] = backwardStep(net, step, dh, dc);
    all.push(dh);
  }
  return all.reverse();
}
