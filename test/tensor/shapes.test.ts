import { arange, cat, noGrad, stack, type Tensor, tensor, where } from "unrolled";
import { describe, expect, test } from "vitest";
import { at, indices, ints } from "./helpers.js";

describe("shapes", () => {
  const x = arange(24).reshape([2, 3, 4]);

  test("reshape, flatten, squeeze and unsqueeze share the values", () => {
    const y = tensor([[1, 2, 3, 4]]);
    const others = [y.reshape([2, -1]), y.flatten(), y.squeeze(0), y.unsqueeze(-1), y.detach()];
    expect(others.map(({ shape }) => shape)).toEqual([[2, 2], [4], [4], [1, 4, 1], [1, 4]]);
    y.fill_(7);
    for (const other of others) expect(other.data).toEqual(new Float32Array(4).fill(7));
    expect(x.flatten(1).shape).toEqual([2, 12]);
    expect(x.flatten({ endDim: 1 }).shape).toEqual([6, 4]);
    expect(tensor(1).flatten().shape).toEqual([1]);
    expect(tensor([[[1]]]).squeeze().shape).toEqual([]);
    expect(x.squeeze(1).shape).toEqual([2, 3, 4]);
    expect(tensor([[[1, 2]]]).squeeze([0]).shape).toEqual([1, 2]);
  });

  test("transpose and permute", () => {
    const t = x.transpose(0, -1);
    const p = x.permute([2, 0, 1]);
    for (const [a, b, c] of indices([2, 3, 4]) as [number, number, number][]) {
      expect(at(t, c, b, a)).toBe(at(x, a, b, c));
      expect(at(p, c, a, b)).toBe(at(x, a, b, c));
    }
  });

  test("expand", () => {
    expect(
      tensor([[1], [2]])
        .expand([2, -1, 3])
        .toArray(),
    ).toEqual([
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    ]);
    expect(tensor(5).expand([3]).toArray()).toEqual([5, 5, 5]);
  });

  test("narrow, select and unbind", () => {
    expect(x.narrow(2, 1, 2).toArray()).toEqual((x.toArray() as number[][][]).map((m) => m.map((r) => r.slice(1, 3))));
    expect(x.narrow(1, -1, 1).toArray()).toEqual((x.toArray() as number[][][]).map((m) => m.slice(2)));
    expect(x.select(0, -1).toArray()).toEqual((x.toArray() as number[][][])[1]);
    expect(x.unbind(1).map((part) => part.toArray())).toEqual([0, 1, 2].map((k) => x.select(1, k).toArray()));
    expect(x.unbind()).toHaveLength(2);
  });

  test("split and chunk", () => {
    const y = arange(7);
    const parts = (tensors: Tensor[]) => tensors.map((part) => part.toArray());
    expect(parts(y.split(3))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(parts(y.split([2, 0, 5]))).toEqual([[0, 1], [], [2, 3, 4, 5, 6]]);
    expect(parts(y.chunk(3))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(y.chunk(10)).toHaveLength(7);
    expect(x.split(2, { dim: 2 })[1]!.toArray()).toEqual(x.narrow(2, 2, 2).toArray());
  });

  test("cat and stack undo split and unbind", () => {
    for (const dim of [0, 1, 2]) {
      expect(cat(x.split(2, dim), dim).toArray()).toEqual(x.toArray());
      expect(stack(x.unbind(dim), { dim }).toArray()).toEqual(x.toArray());
    }
    expect(stack([tensor(1), tensor(2)]).toArray()).toEqual([1, 2]);
    expect(cat([x, x], { dim: -1 }).shape).toEqual([2, 3, 8]);
  });

  test("indexSelect and gather", () => {
    expect(x.indexSelect(1, ints([2, 0, 2])).toArray()).toEqual(stack([x.select(1, 2), x.select(1, 0), x.select(1, 2)], 1).toArray());
    const index = ints([0, 3, 1, 2, 2, 0], [2, 3, 1]);
    const gathered = x.gather(2, index);
    for (const [a, b] of indices([2, 3]) as [number, number][]) expect(at(gathered, a, b, 0)).toBe(at(x, a, b, at(index, a, b, 0)));
    const rows = x.gather(0, ints([1, 0, 1], [1, 1, 3]));
    expect(rows.toArray()).toEqual([[[at(x, 1, 0, 0), at(x, 0, 0, 1), at(x, 1, 0, 2)]]]);
  });

  test("maskedFill and where", () => {
    const y = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(y.maskedFill(y.gt(2), -1).toArray()).toEqual([
      [1, 2],
      [-1, -1],
    ]);
    expect(y.maskedFill(ints([0, 1]), Number.NEGATIVE_INFINITY).toArray()).toEqual([
      [1, Number.NEGATIVE_INFINITY],
      [3, Number.NEGATIVE_INFINITY],
    ]);
    expect(where(ints([1, 0]), tensor([[5], [6]]), 0).toArray()).toEqual([
      [5, 0],
      [6, 0],
    ]);
    expect([where(ints([1]), ints([2]), 3).dtype, where(ints([1]), 2, 3).dtype]).toEqual(["int32", "float32"]);
  });
});

describe("values and copies", () => {
  test("data is a snapshot, and so is what a tensor was made of", () => {
    const source = new Float32Array([1, 2]);
    const x = tensor(source);
    source[0] = 9;
    x.data[1] = 9;
    expect(x.toArray()).toEqual([1, 2]);
  });

  test("clone, detach and in-place methods", () => {
    const x = tensor([1, 2]);
    const [copy, shared] = [x.clone(), x.detach()];
    expect(
      x
        .add_(1)
        .mul_(tensor([2, 3]))
        .add_(x, { alpha: 0.5 }),
    ).toBe(x);
    expect([x.toArray(), copy.toArray(), shared.toArray()]).toEqual([
      [6, 13.5],
      [1, 2],
      [6, 13.5],
    ]);
    expect(x.copy_(tensor(4)).toArray()).toEqual([4, 4]);
    expect(x.fill_(1.5).zero_().toArray()).toEqual([0, 0]);
    expect(
      ints([1])
        .copy_(tensor([2.9]))
        .item(),
    ).toBe(2);
    const leaf = tensor([1], { requiresGrad: true });
    noGrad(() => leaf.add_(1));
    expect([leaf.item(), leaf.requiresGrad]).toEqual([2, true]);
  });

  test("item, toArray, numel and ndim", () => {
    expect([tensor([[7]]).item(), tensor(3).toArray(), tensor(3).ndim, tensor([[1, 2]]).ndim, tensor([[1, 2]]).numel()]).toEqual([
      7, 3, 0, 2, 2,
    ]);
    expect(tensor([], { shape: [2, 0] }).toArray()).toEqual([[], []]);
  });

  test("allclose", () => {
    const x = tensor([1, 1e-9, Number.POSITIVE_INFINITY]);
    expect(x.allclose(tensor([1.000001, 0, Number.POSITIVE_INFINITY]))).toBe(true);
    expect(x.allclose(tensor([1.001, 0, Number.POSITIVE_INFINITY]))).toBe(false);
    expect(x.allclose(tensor([1.001, 0, Number.POSITIVE_INFINITY]), { rtol: 1e-2 })).toBe(true);
    expect(tensor([1]).allclose(tensor([Number.POSITIVE_INFINITY]))).toBe(false);
    const nan = tensor([Number.NaN]);
    expect([nan.allclose(nan), nan.allclose(nan, { equalNan: true })]).toEqual([false, true]);
  });
});
