import { nn, type Tensor } from "unrolled";
import { FEATURES } from "./features.js";
import { VOWELS } from "./speech.js";

const { packSequence, padPackedSequence } = nn.utils.rnn;

/** The class that stands for "nothing new here"; the vowels are 1 to 10. */
export const BLANK = 0;

/** Says at every step which vowel begins there, or none. */
export class Recognizer extends nn.Module {
  norm: nn.LayerNorm;
  rnn: nn.LSTM;
  dropout = new nn.Dropout(0.2);
  head: nn.Linear;

  constructor(hidden: number) {
    super();
    // Over the bands of a step: how loud a recording is does not matter.
    this.norm = new nn.LayerNorm(FEATURES);
    this.rnn = new nn.LSTM(FEATURES, hidden, { bidirectional: true });
    this.head = new nn.Linear(2 * hidden, VOWELS.length + 1);
  }

  /**
   * @param spectrograms `[T_n, FEATURES]` each, of any lengths
   * @returns logarithms of probabilities `[T, N, classes]`, and how many steps each has
   */
  forward(spectrograms: readonly Tensor[]): [logProbs: Tensor, lengths: number[]] {
    const packed = packSequence(spectrograms, { enforceSorted: false });
    const [output] = this.rnn.forward(this.norm.forward(packed));
    const [padded, lengths] = padPackedSequence(output);
    return [this.head.forward(this.dropout.forward(padded)).logSoftmax(2), lengths];
  }
}

/** The likeliest class of every step of every utterance. */
export function likeliest(logProbs: Tensor, lengths: readonly number[]): number[][] {
  const best = logProbs.argmax(2).transpose(0, 1).toArray() as number[][];
  return best.map((classes, index) => classes.slice(0, lengths[index]));
}

/** The vowels that were heard: of the likeliest classes repeats are joined and blanks dropped, so that `_ 3 3 _ 3 5 _` is 3 3 5. */
export function decode(logProbs: Tensor, lengths: readonly number[]): number[][] {
  return likeliest(logProbs, lengths).map((classes) =>
    classes.filter((label, step) => label !== BLANK && label !== classes[step - 1]).map((label) => label - 1),
  );
}
