import { nn, noGrad, optim, type Tensor, tensor } from "unrolled";
import type { CharModel, State } from "../../../examples/moby-dick/model.js";
import type { Corpus } from "./corpus.js";

/** Steps of time that gradients flow back. */
const SPAN = 64;
/** Places in the text that are read side by side, if it is long enough. */
const BATCH = 16;
const WARM_UP = 50;
/** Characters that are read to see how well others are known. */
const TEST = 1024;

/** Trains by truncated backpropagation through time: gradients stop at the beginning of each span, the state goes on. */
export class Learner {
  readonly #model: CharModel;
  readonly #optimizer: optim.AdamW;
  readonly #criterion: nn.CrossEntropyLoss = new nn.CrossEntropyLoss();
  readonly #columns: readonly [Tensor, Tensor];
  readonly #test: readonly [Tensor, Tensor];
  #spans: Iterator<readonly Tensor[]>;
  #state: State | undefined;
  step: number = 0;
  characters: number = 0;

  constructor(model: CharModel, { training, heldOut }: Corpus) {
    this.#model = model;
    this.#optimizer = new optim.AdamW(model.parameters(), { betas: [0.9, 0.99] });
    this.#columns = sideBySide(training);
    const length = Math.min(TEST, heldOut.length - 1);
    this.#test = [tensor(heldOut.subarray(0, length), { shape: [length, 1] }), tensor(heldOut.subarray(1, length + 1))];
    this.#spans = this.#read();
  }

  #read(): Iterator<readonly Tensor[]> {
    this.#state = undefined;
    return nn.utils.rnn.spans(this.#columns, { span: SPAN })[Symbol.iterator]();
  }

  /** The next span of the text, which begins again after its end. */
  #next(): readonly [Tensor, Tensor] {
    let turn = this.#spans.next();
    if (turn.done) {
      this.#spans = this.#read();
      turn = this.#spans.next();
    }
    return turn.value as readonly [Tensor, Tensor];
  }

  /** One step of training; returns its loss in nats, and the number of characters. */
  learn(learningRate: number): { loss: number; characters: number } {
    const [input, target] = this.#next();
    for (const group of this.#optimizer.paramGroups) group.lr = learningRate * Math.min(1, (this.step + 1) / WARM_UP);
    this.#optimizer.zeroGrad();
    const [logits, state] = this.#model.train().forward(input, this.#state);
    const loss = this.#criterion.forward(logits.flatten({ endDim: 1 }), target.flatten());
    loss.backward();
    nn.utils.clipGradNorm_(this.#model.parameters(), 1);
    this.#optimizer.step();
    this.#state = nn.utils.rnn.detachState(state);
    this.step++;
    const characters = input.numel();
    this.characters += characters;
    return { loss: loss.item(), characters };
  }

  /** Bits per character of a text that is not learned from. */
  bitsPerCharacter(): number {
    const [input, target] = this.#test;
    this.#model.eval();
    const nats = noGrad(() => this.#criterion.forward(this.#model.forward(input)[0].flatten({ endDim: 1 }), target));
    return nats.item() / Math.LN2;
  }
}

/** Cuts a text into parts of the same length and lays them side by side: the characters `[T, N]`, and those that follow them. */
function sideBySide(text: Int32Array): readonly [Tensor, Tensor] {
  const batch = Math.max(1, Math.min(BATCH, Math.floor((text.length - 1) / SPAN)));
  const length = Math.floor((text.length - 1) / batch);
  const part = (start: number) => tensor(text.subarray(start, start + length * batch), { shape: [batch, length] }).transpose(0, 1);
  return [part(0), part(1)];
}
