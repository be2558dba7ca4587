import { nn, optim, type Tensor, tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { golden } from "../support/golden.js";

interface OptimizerCase {
  readonly name: string;
  readonly optimizer: "SGD" | "Adam" | "AdamW" | "RMSprop" | "Adagrad" | "Adadelta" | "Adamax" | "NAdam" | "RAdam" | "Rprop";
  readonly options: Record<string, unknown>;
  readonly initial: number[];
  readonly grads: number[][];
}

/** What JSON keeps of a tensor. */
const plain = (_: string, value: unknown) => {
  const { shape, data } = value as Partial<Tensor>;
  return shape !== undefined && data !== undefined ? { shape, data: [...data] } : value;
};

/** Two groups of two parameters, the second with a learning rate of its own. */
function make({ optimizer, options }: OptimizerCase, values: readonly (readonly number[])[]): [optim.Optimizer, Tensor[]] {
  const params = values.map((each) => new nn.Parameter(tensor([...each])));
  const groups = [{ params: params.slice(0, 2) }, { params: params.slice(2), lr: 0.003 }];
  return [new optim[optimizer](groups, options), params];
}

describe.each(golden<OptimizerCase>("optimizers"))("$name", (expected) => {
  const { initial, grads } = expected;
  const starts = [1, -0.5, 0.25, 2].map((factor) => initial.map((value) => factor * value));
  const step = (optimizer: optim.Optimizer, params: readonly Tensor[], number: number) => {
    for (const [index, param] of params.entries()) {
      // The third has no gradient in every other step, the last none at all.
      const isLeft = (index === 2 && number % 2 === 1) || index === 3;
      param.grad = isLeft ? null : tensor(grads[number]!.map((value) => value / (index + 1)));
    }
    optimizer.step();
  };

  test.each([
    ["as it is", (dict: optim.OptimizerStateDict) => dict],
    ["through JSON", (dict: optim.OptimizerStateDict) => JSON.parse(JSON.stringify(dict, plain)) as optim.OptimizerStateSource],
  ] as const)("a saved state, %s, goes on bit for bit in a fresh optimizer", (_, carry) => {
    const [whole, params] = make(expected, starts);
    for (let number = 0; number < 5; number++) step(whole, params, number);
    const [fresh, copies] = make(
      { ...expected, options: {} },
      params.map((param) => [...param.data]),
    );
    fresh.loadStateDict(carry(whole.stateDict()));
    for (let number = 5; number < grads.length; number++) {
      step(whole, params, number);
      step(fresh, copies, number);
      expect(copies.map(({ data }) => data)).toEqual(params.map(({ data }) => data));
    }
    expect(JSON.stringify(fresh.stateDict(), plain)).toBe(JSON.stringify(whole.stateDict(), plain));
  });
});
