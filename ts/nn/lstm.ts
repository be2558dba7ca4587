import { complaint, OptionError, show } from "../errors.js";
import { checkOptions } from "../options.js";
import { Tensor } from "../tensor/tensor.js";
import type { ForwardOptions, Like, LSTMStates, NoStatesOptions, StatesOptions } from "./recurrent/extras.js";
import { RecurrentModule } from "./recurrent/module.js";
import { RECURRENT_DEFAULTS, type RecurrentOptions } from "./recurrent/sizes.js";
import type { Stream, StreamOptions } from "./recurrent/stream.js";
import type { PackedSequence } from "./utils/rnn/packed-sequence.js";

/** Hidden state `[L·D, N, Hout]` and cell state `[L·D, N, H]`. */
export type LSTMState = readonly [h: Tensor, c: Tensor];

export interface LSTMOptions extends RecurrentOptions {
  /** Size `P` of `h` after a projection `h' = W_hr·(o ⊙ tanh(c'))`; 0 for none. @default 0 */
  readonly projSize?: number;
}

/**
 * Long short-term memory over a sequence (`H` hidden size, `D` 2 if bidirectional, else 1, `Hout` projSize if there is one, else H).
 *
 *     i, f, o = σ(W_ih·x + b_ih + W_hh·h + b_hh)      g = tanh(…)
 *     c' = f ⊙ c + i ⊙ g                              h' = o ⊙ tanh(c')
 *
 * All parameters start from U(−1/√H, 1/√H). Gates stand in the order i f g o.
 *
 * @example
 * const lstm = new nn.LSTM(10, 20, { numLayers: 2 });
 * const [output, [hn, cn]] = lstm.forward(input); // [T, N, 10] → [T, N, 20]
 */
export class LSTM extends RecurrentModule {
  static override readonly name: string = "LSTM";

  constructor(inputSize: number, hiddenSize: number, options?: LSTMOptions) {
    const checked = checkOptions("nn.LSTM", options, { ...RECURRENT_DEFAULTS, projSize: 0 });
    super("LSTM", "lstm", { inputSize, hiddenSize, ...checked });
  }

  /**
   * @param input `[T, N, I]`, `[N, T, I]` if batch first, `[T, I]` without a batch, or a packed sequence
   * @param state `[h0, c0]`, `[L·D, N, Hout]` and `[L·D, N, H]`, never batch first; zeros if left out
   * @param options.resetMask `[T, N]` int32, 1 where the state is zero before that step
   * @param options.returnStates whether a third result has the states after every step
   * @returns the outputs of the last layer `[T, N, D·Hout]` in the input's layout, and the final states of all layers
   */
  forward(input: Tensor, state?: LSTMState, options?: NoStatesOptions): [output: Tensor, state: [hn: Tensor, cn: Tensor]];
  forward(input: PackedSequence, state?: LSTMState, options?: NoStatesOptions): [output: PackedSequence, state: [hn: Tensor, cn: Tensor]];
  forward(
    input: Tensor | PackedSequence,
    state?: LSTMState,
    options?: NoStatesOptions,
  ): [output: Tensor | PackedSequence, state: [hn: Tensor, cn: Tensor]];
  forward<T extends Tensor | PackedSequence>(
    input: T,
    state: LSTMState | undefined,
    options: StatesOptions,
  ): [output: Like<T>, state: [hn: Tensor, cn: Tensor], states: LSTMStates<T>];
  forward<T extends Tensor | PackedSequence>(
    input: T,
    state: LSTMState | undefined,
    options: ForwardOptions | undefined,
  ): [output: Like<T>, state: [hn: Tensor, cn: Tensor], states?: LSTMStates<T>];
  forward<T extends Tensor | PackedSequence>(
    input: T,
    state?: LSTMState,
    options?: ForwardOptions,
  ): [output: Like<T>, state: [hn: Tensor, cn: Tensor], states?: LSTMStates<T>] {
    if (state !== undefined && (!Array.isArray(state) || state.length !== 2 || !state.every((each) => each instanceof Tensor))) {
      throw new OptionError(complaint("LSTM.forward", "state", "[h0, c0]", show(state)));
    }
    const { output, hn, cn, states } = this.run(input, state?.[0], state?.[1], options);
    return states === undefined ? [output, [hn, cn as Tensor]] : [output, [hn, cn as Tensor], states];
  }

  /**
   * The module fed step by step, for live input: `stream.step(x)` takes and gives plain arrays, and allocates nothing. Not for bidirectional modules.
   *
   * @param options.batch how many sequences go side by side @default 1
   */
  stream(options?: StreamOptions): Stream<LSTMState> {
    return this.streamOf(options);
  }
}
