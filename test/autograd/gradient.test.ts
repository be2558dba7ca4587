// Gradients and outputs that stay in the core from one kernel to the next: nobody sees a difference to copies.

import { manualSeed, nn, noGrad, optim, randn, type Tensor } from "unrolled";
import { describe, expect, test } from "vitest";

const STEPS = 30;
const BATCH = 14;
/** Outputs of more than 4,096 values, so that they are mirrored in the core once a backward has run. */
const HIDDEN = 11;

interface Model {
  readonly lstm: nn.LSTM;
  readonly head: nn.Linear;
  /** As wide as the head, so that the gradients of both layers are of one length. */
  readonly second: nn.Linear;
}

function model(): Model {
  manualSeed(3);
  return { lstm: new nn.LSTM(5, HIDDEN, { batchFirst: true }), head: new nn.Linear(HIDDEN, 13), second: new nn.Linear(13, 13) };
}

const criterion = new nn.MSELoss();
const input = (): Tensor => randn([BATCH, STEPS, 5]);
const logits = ({ lstm, head, second }: Model, x: Tensor): Tensor => {
  return second.forward(head.forward(lstm.forward(x)[0]).reshape([-1, 13])).reshape([-1, 13]);
};

function gradients({ lstm, head, second }: Model): number[][] {
  return [...lstm.parameters(), ...head.parameters(), ...second.parameters()].map((parameter) => {
    const grad = [...parameter.grad!.data];
    parameter.grad = null;
    return grad;
  });
}

test("a step with room in the core gives the bits of the first, without", () => {
  const both = model();
  const x = input();
  const target = randn([BATCH * STEPS, 13]);
  const step = () => {
    criterion.forward(logits(both, x), target).backward();
    return gradients(both);
  };
  const first = step();
  expect(step()).toEqual(first);
  expect(step()).toEqual(first);
});

test("of a batch, they are the sum of those of its sequences, which are too short to be mirrored or accounted for", () => {
  const both = model();
  const sum = new nn.MSELoss({ reduction: "sum" });
  const x = input();
  const target = randn([BATCH * STEPS, 13]);
  sum.forward(logits(both, x), target).backward();
  sum.forward(logits(both, x), target).backward();
  const batch = gradients(both);
  for (let row = 0; row < BATCH; row++) {
    const loss = sum.forward(logits(both, x.narrow(0, row, 1)), target.narrow(0, row * STEPS, STEPS));
    loss.mul(2).backward();
  }
  for (const [index, grad] of gradients(both).entries()) {
    for (const [at, value] of grad.entries()) expect(Math.abs(value - batch[index]![at]!)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
  }
});

test("a gradient of several uses is their sum, and stays as it was for who retains it", () => {
  const both = model();
  const x = input();
  const target = randn([BATCH * STEPS, 13]);
  const once = () => {
    const y = logits(both, x);
    y.retainGrad();
    return y;
  };
  const single = once();
  criterion.forward(single, target).backward();
  const expected = gradients(both);
  const twice = once();
  criterion.forward(twice, target).add(criterion.forward(twice, target)).backward();
  const sum = gradients(both);
  expect([...twice.grad!.data]).toEqual([...single.grad!.data].map((value) => 2 * value));
  for (const [index, grad] of sum.entries()) {
    for (const [at, value] of grad.entries()) expect(Math.abs(value - 2 * expected[index]![at]!)).toBeLessThan(1e-7);
  }
});

describe("an output that was changed in place", () => {
  test("is read as it is now", () => {
    const both = model();
    const x = input();
    const target = randn([BATCH, STEPS, HIDDEN]);
    for (let step = 0; step < 3; step++) {
      const [output] = both.lstm.forward(x);
      noGrad(() => output.fill_(0.5));
      const loss = criterion.forward(output, target).item();
      expect(loss).toBe(
        criterion
          .forward(
            noGrad(() => output.clone()),
            target,
          )
          .item(),
      );
      both.lstm.forward(x)[0].sum().backward();
    }
  });
});

test("outputs that outlive their graph keep their values", () => {
  const both = model();
  const optimizer = new optim.SGD([...both.lstm.parameters(), ...both.head.parameters()], { lr: 0.1 });
  const kept: { output: Tensor; values: Float32Array | Int32Array; loss: number }[] = [];
  const target = randn([BATCH, STEPS, HIDDEN]);
  for (let step = 0; step < 6; step++) {
    const [output] = both.lstm.forward(input());
    const loss = criterion.forward(output, target);
    kept.push({ output, values: output.data, loss: loss.item() });
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  }
  for (const { output, values, loss } of kept) {
    expect(output.data).toEqual(values);
    expect(criterion.forward(output.detach(), target).item()).toBe(loss);
  }
});
