// What the tests of the extensions share.

import { nn, stack, type Tensor, tensor, zeros } from "unrolled";
import { expect } from "vitest";

export const NAMES = ["RNN", "LSTM", "GRU"] as const;

/** Of one type for all, which have the same results but for their states. */
export const make = (name: (typeof NAMES)[number], ...sizes: ConstructorParameters<typeof nn.GRU>): nn.GRU =>
  new nn[name](...sizes) as nn.GRU;

export function close(actual: Tensor, expected: Tensor, tolerance = 2e-6): void {
  expect(actual.shape).toEqual(expected.shape);
  const [a, b] = [actual.data, expected.data];
  for (const [at, value] of a.entries()) {
    expect(Math.abs(value - (b[at] as number)), `at ${at}: ${value}, ${b[at]}`).toBeLessThanOrEqual(
      tolerance * (1 + Math.abs(b[at] as number)),
    );
  }
}

export const int = (values: number[][]): Tensor => tensor(values, { dtype: "int32" });

/** The gradients of the input and all parameters, and none left behind. */
export function takeGradients(module: nn.Module, ...leaves: Tensor[]): Tensor[] {
  return [...leaves, ...module.parameters()].map((leaf) => {
    const grad = (leaf.grad as Tensor).clone();
    leaf.grad = null;
    return grad;
  });
}

export const withGrad = (x: Tensor): Tensor => {
  x.requiresGrad = true;
  return x;
};

const norm = (x: Tensor): Tensor => {
  const centred = x.sub(x.mean(-1, { keepdim: true }));
  return centred.div(centred.mul(centred).mean(-1, { keepdim: true }).add(1e-5).sqrt());
};

/** One layer of RNN, LSTM or GRU with layer norm, of tensor operations; `mask` is on h before W_hh. */
export function composed(
  module: nn.RNN | nn.LSTM | nn.GRU,
  x: Tensor,
  mask: Tensor | undefined,
  see: (h: Tensor, c: Tensor) => void = () => {},
): Tensor {
  const { weight_ih_l0: wx, weight_hh_l0: wh, bias_ih_l0, bias_hh_l0, norm_ih_l0, norm_hh_l0, norm_c_l0, norm_c_bias_l0 } = module;
  const [bx, bh] = [bias_ih_l0 as Tensor, bias_hh_l0 as Tensor];
  const scaled = (product: Tensor, gain: Tensor | undefined) => (gain === undefined ? product : norm(product).mul(gain));
  let h = zeros([x.shape[1] as number, module.hiddenSize]);
  let c = h;
  const outputs: Tensor[] = [];
  for (let t = 0; t < (x.shape[0] as number); t++) {
    const a = scaled(x.select(0, t).matmul(wx.transpose(0, 1)), norm_ih_l0).add(bx);
    const b = scaled((mask === undefined ? h : h.mul(mask)).matmul(wh.transpose(0, 1)), norm_hh_l0).add(bh);
    const gate = (y: Tensor, index: number) => y.narrow(1, index * module.hiddenSize, module.hiddenSize);
    if (module instanceof nn.LSTM) {
      const [i, f, g, o] = [0, 1, 2, 3].map((index) => gate(a.add(b), index)) as [Tensor, Tensor, Tensor, Tensor];
      c = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
      const out =
        norm_c_l0 === undefined
          ? c
          : norm(c)
              .mul(norm_c_l0)
              .add(norm_c_bias_l0 as Tensor);
      h = o.sigmoid().mul(out.tanh());
    } else if (module instanceof nn.GRU) {
      const [r, z] = [gate(a, 0).add(gate(b, 0)).sigmoid(), gate(a, 1).add(gate(b, 1)).sigmoid()];
      const n = gate(a, 2)
        .add(r.mul(gate(b, 2)))
        .tanh();
      h = n.add(z.mul(h.sub(n)));
    } else {
      h = a.add(b).tanh();
    }
    see(h, c);
    outputs.push(h);
  }
  return stack(outputs);
}
