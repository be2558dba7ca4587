import { nn, optim, type Tensor, tensor } from "unrolled";
import { expect, expectTypeOf, test } from "vitest";

const list = [new nn.Parameter(tensor([1]))];

test("names of options and kinds of arguments that do not fit do not compile", () => {
  // @ts-expect-error no such option
  expect(() => new optim.Adam(list, { learningRate: 1 })).toThrow("learningRate");
  // @ts-expect-error no such option of a group
  expect(() => new optim.SGD([{ params: list, learningRate: 1 }])).toThrow("learningRate");
  // @ts-expect-error AdamW is decoupled
  expect(() => new optim.AdamW(list, { decoupledWeightDecay: false })).toThrow("decoupledWeightDecay");
  // @ts-expect-error betas are two
  expect(() => new optim.Adam(list, { betas: [0.9] })).toThrow("betas");
  // @ts-expect-error a module is no list of parameters
  expect(() => new optim.SGD(new nn.Linear(1, 1))).toThrow("pass model.parameters()");
  // @ts-expect-error no such reduction
  expect(() => new nn.MSELoss({ reduction: "avg" })).toThrow("reduction");
  // @ts-expect-error an LSTM gives more than one tensor
  expect(new nn.Sequential(new nn.LSTM(1, 1)).length).toBe(1);
});

test("groups have all options of their optimizer", () => {
  const [group] = new optim.Adam(list).paramGroups;
  expectTypeOf(group!.betas).toEqualTypeOf<readonly [number, number]>();
  expectTypeOf(group!.params).toEqualTypeOf<Tensor[]>();
  expectTypeOf(group!.lr).toEqualTypeOf<number>();
  expectTypeOf(new optim.SGD(list)).toExtend<optim.Optimizer>();
});
