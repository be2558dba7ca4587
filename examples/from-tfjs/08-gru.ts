import { nn, stack, type Tensor, tensor } from "unrolled";

const pattern = (shape: number[], phase: number) => {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => Math.sin(1.7 * at + phase) / 2);
  return tensor(values, { shape });
};

/** tfjs's GRU, which resets the state before its product and not after it: another network than `nn.GRU`, so it is made of parts. */
class ResetBeforeGRU extends nn.Module {
  kernel = new nn.Parameter(pattern([5, 9], 1)); // gates in the order z r h
  recurrent = new nn.Parameter(pattern([3, 9], 2));
  bias = new nn.Parameter(pattern([9], 3));

  forward(input: Tensor): Tensor {
    const [zr, candidate] = this.recurrent.split([6, 3], 1) as [Tensor, Tensor];
    let h = tensor(new Float32Array(input.shape[0]! * 3), { shape: [input.shape[0]!, 3] });
    const outputs = input.unbind(1).map((x) => {
      const [xz, xr, xh] = x.matmul(this.kernel).add(this.bias).chunk(3, 1) as [Tensor, Tensor, Tensor];
      const [hz, hr] = h.matmul(zr).chunk(2, 1) as [Tensor, Tensor];
      const z = xz.add(hz).sigmoid();
      const r = xr.add(hr).sigmoid();
      const proposed = xh.add(r.mul(h).matmul(candidate)).tanh(); // nn.GRU: tanh(xh + r ⊙ (W·h + b))
      h = z.mul(h).add(z.neg().add(1).mul(proposed));
      return h;
    });
    return stack(outputs, { dim: 1 });
  }
}

const output = new ResetBeforeGRU().forward(pattern([2, 4, 5], 0));
for (const row of output.select(0, 0).unbind()) console.log(Array.from(row.data, (value) => value.toFixed(4)).join(" "));
