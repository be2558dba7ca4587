import { type io, nn, optim, randn, randperm, type Tensor, zeros } from "unrolled";

/** Dropout between layers and of its own, a projection, an embedding without gradients for some rows, buffers, and a state that is carried on. */
export class Model extends nn.Module {
  embedding = new nn.Embedding(11, 5);
  rnn = new nn.LSTM(5, 7, { numLayers: 2, dropout: 0.3, projSize: 3, bidirectional: true });
  dropout = new nn.Dropout(0.2);
  head = new nn.Linear(6, 4);

  constructor() {
    super();
    this.registerBuffer("scale", randn([4]));
  }

  forward(tokens: Tensor, state?: nn.LSTMState): [Tensor, nn.LSTMState] {
    const [output, next] = this.rnn.forward(this.embedding.forward(tokens), state);
    return [this.head.forward(this.dropout.forward(output)).mul(this["scale" as "training"] as unknown as Tensor), next];
  }
}

export const optimizers = {
  sgd: (model: Model): optim.SGD => new optim.SGD(groups(model), { lr: 0.1, momentum: 0.9, nesterov: true }),
  adam: (model: Model): optim.Adam => new optim.Adam(groups(model), { lr: 1e-2, amsgrad: true, weightDecay: 1e-3 }),
  rmsprop: (model: Model): optim.RMSprop => new optim.RMSprop(groups(model), { lr: 1e-3, centered: true, momentum: 0.5 }),
  nadam: (model: Model): optim.NAdam => new optim.NAdam(groups(model), { lr: 1e-3 }),
} as const;

export type Kind = keyof typeof optimizers;

const groups = (model: Model) => [
  { params: [...model.rnn.parameters(), ...model.embedding.parameters()] },
  { params: model.head.parameters(), lr: 0.03 },
];

/** A learning rate that falls, and remembers numbers that JSON has no word for. */
export class Decay {
  readonly optimizer: optim.Optimizer;
  best = Number.POSITIVE_INFINITY;
  steps = -0;

  constructor(optimizer: optim.Optimizer) {
    this.optimizer = optimizer;
  }

  step(loss: number): void {
    this.steps += 1;
    this.best = Math.min(this.best, loss);
    for (const group of this.optimizer.paramGroups) group.lr *= loss > this.best ? 0.9 : 0.99;
  }

  stateDict(): { best: number; steps: number } {
    return { best: this.best, steps: this.steps };
  }

  loadStateDict(stateDict: { best: number; steps: number }): void {
    this.best = stateDict.best;
    this.steps = stateDict.steps;
  }
}

export class Run {
  readonly model = new Model();
  readonly optimizer: optim.Optimizer;
  readonly scheduler: Decay;
  readonly data: Tensor;
  readonly targets: Tensor;
  state: nn.LSTMState = [zeros([4, 3, 3]), zeros([4, 3, 7])];
  losses: number[] = [];

  /** @param data `[N, T]` tokens, @param targets `[N, T]` classes */
  constructor(kind: Kind, data: Tensor, targets: Tensor) {
    this.optimizer = optimizers[kind](this.model);
    this.scheduler = new Decay(this.optimizer);
    this.data = data;
    this.targets = targets;
  }

  train(steps: number): void {
    const criterion = new nn.CrossEntropyLoss();
    for (let step = 0; step < steps; step++) {
      const chosen = randperm(this.data.shape[0] as number).narrow(0, 0, 3);
      this.optimizer.zeroGrad();
      const [logits, next] = this.model.forward(this.data.indexSelect(0, chosen).transpose(0, 1), this.state);
      const loss = criterion.forward(logits.reshape([-1, 4]), this.targets.indexSelect(0, chosen).transpose(0, 1).reshape([-1]));
      loss.backward();
      nn.utils.clipGradNorm_(this.model.parameters(), 1);
      this.optimizer.step();
      this.scheduler.step(loss.item());
      this.state = nn.utils.rnn.detachState(next);
      this.losses.push(loss.item());
    }
  }

  contents(epoch: number): io.checkpoint.Contents {
    const { model, optimizer, scheduler, state, losses } = this;
    return { model, optimizer, scheduler, state, epoch, extra: { losses } };
  }
}
