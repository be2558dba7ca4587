import { nn, optim, type Tensor, tensor } from "unrolled";
import { describe, test } from "vitest";
import { expectValues, golden } from "../support/golden.js";

interface OptimizerCase {
  readonly name: string;
  readonly optimizer: keyof typeof optimizers;
  readonly options: Record<string, unknown>;
  readonly initial: number[];
  readonly grads: number[][];
  readonly params: number[][];
}

const optimizers = {
  SGD: optim.SGD,
  Adam: optim.Adam,
  AdamW: optim.AdamW,
  RMSprop: optim.RMSprop,
  Adagrad: optim.Adagrad,
  Adadelta: optim.Adadelta,
  Adamax: optim.Adamax,
  NAdam: optim.NAdam,
  RAdam: optim.RAdam,
  Rprop: optim.Rprop,
};

const leaves = {
  parameter: (values: readonly number[]): Tensor => new nn.Parameter(tensor(values)),
  tensor: (values: readonly number[]): Tensor => tensor(values, { requiresGrad: true }),
};

describe.each(["parameter", "tensor"] as const)("a %s", (kind) => {
  test.each(golden<OptimizerCase>("optimizers"))("takes PyTorch's steps with $name", ({ optimizer, options, initial, grads, params }) => {
    const leaf = leaves[kind](initial);
    const optimizerInUse = new optimizers[optimizer]([leaf], options);
    for (const [step, gradient] of grads.entries()) {
      leaf.grad = tensor(gradient);
      optimizerInUse.step();
      expectValues(`the parameter after step ${step}`, leaf.data, params[step]!, () => 1e-5);
    }
  });

  test.each(golden<OptimizerCase>("optimizers"))(
    "goes on from a saved state with $name",
    ({ optimizer, options, initial, grads, params }) => {
      const first = leaves[kind](initial);
      const before = new optimizers[optimizer]([first], options);
      for (const gradient of grads.slice(0, 5)) {
        first.grad = tensor(gradient);
        before.step();
      }
      const second = leaves[kind](first.toArray() as number[]);
      const after = new optimizers[optimizer]([second]);
      after.loadStateDict(before.stateDict());
      for (const [index, gradient] of grads.slice(5).entries()) {
        second.grad = tensor(gradient);
        after.step();
        expectValues(`the parameter after step ${5 + index}`, second.data, params[5 + index]!, () => 1e-5);
      }
    },
  );
});
