import { manualSeed, nn, optim, randn, type Tensor } from "unrolled";
import { bpttReport, inputSaliency, trace, watch } from "unrolled/insight";
import { describe, expect, test } from "vitest";

class Tagger extends nn.Module {
  rnn = new nn.GRU(3, 5);
  head = new nn.Linear(5, 2);
  forward(x: Tensor): Tensor {
    return this.head.forward(this.rnn.forward(x)[0]);
  }
}

/** What a watch has seen of a training in which `look` is called between forward and backward. */
function watched(look: (model: Tagger, x: Tensor) => unknown): unknown {
  manualSeed(1);
  const model = new Tagger();
  const x = randn([7, 2, 3]);
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
  const watcher = watch(model, optimizer, { every: 1, onAlert: () => {} });
  for (let step = 0; step < 3; step++) {
    optimizer.zeroGrad();
    const loss = model.forward(x).pow(2).mean();
    look(model, x);
    loss.backward();
    optimizer.step();
  }
  watcher.stop();
  return watcher.toJSON();
}

/** A loss that goes back by itself, too. */
const restless = (model: Tagger, x: Tensor) => () => {
  model.forward(x).sum().backward();
  return model.forward(x).pow(2).mean();
};

describe("a watch of the training sees nothing of", () => {
  test.each<[string, (model: Tagger, x: Tensor) => unknown]>([
    ["trace", (model, x) => trace(model, x)],
    ["inputSaliency", (model, x) => inputSaliency(model, x)],
    ["bpttReport", (model, x) => bpttReport(model, () => model.forward(x).pow(2).mean())],
    ["bpttReport of a loss that goes back by itself", (model, x) => bpttReport(model, restless(model, x))],
  ])("%s", (_, look) => {
    expect(watched(look)).toEqual(watched(() => {}));
  });
});

test("what a loss sends back by itself is not in the gradients of its report", () => {
  manualSeed(2);
  const model = new Tagger();
  const x = randn([7, 2, 3]);
  const norms = (loss: () => Tensor) => bpttReport(model, loss).parameters.map(({ norm }) => norm);
  expect(norms(restless(model, x))).toEqual(norms(() => model.forward(x).pow(2).mean()));
  expect(model.parameters().map(({ grad }) => grad)).toEqual(model.parameters().map(() => null));
});
