import { nn, optim, type Tensor } from "unrolled";
import { bpttReport } from "unrolled/insight";
import type { CELLS, Reached } from "./protocol.js";
import type { Batch, Task } from "./tasks.js";

const HIDDEN = 32;

/** What the three cells have in common here. */
interface Recurrent extends nn.Module {
  forward(input: Tensor): [output: Tensor, state: unknown];
}

/** One of the networks that learn side by side. */
export class Network extends nn.Module {
  readonly rnn: Recurrent;
  readonly head: nn.Linear;
  readonly #optimizer: optim.Adam;

  constructor(cell: (typeof CELLS)[number], { inputs, outputs }: Task, forgetBias: number) {
    super();
    const rnn = new nn[cell](inputs, HIDDEN);
    if (rnn instanceof nn.LSTM) nn.init.forgetBias_(rnn, forgetBias);
    this.rnn = rnn;
    this.head = new nn.Linear(HIDDEN, outputs);
    this.#optimizer = new optim.Adam(this.parameters());
  }

  forward(input: Tensor): Tensor {
    return this.head.forward(this.rnn.forward(input)[0]);
  }

  /** One step of training; returns its loss. */
  learn(batch: Batch, learningRate: number): number {
    for (const group of this.#optimizer.paramGroups) group.lr = learningRate;
    this.#optimizer.zeroGrad();
    const loss = batch.loss(this.forward(batch.input));
    loss.backward();
    nn.utils.clipGradNorm_(this.parameters(), 1);
    this.#optimizer.step();
    return loss.item();
  }

  /** How far gradients go back now. */
  reach(batch: Batch): Reached {
    const [layer] = bpttReport(this, () => batch.loss(this.forward(batch.input))).layers;
    if (!layer) throw new Error("the report must have a layer");
    const { fromLastStep, verdict } = layer;
    return { norms: fromLastStep, kind: verdict.kind, text: verdict.text };
  }
}
