import { checkOptions } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import type { ForwardOptions, Like, NoStatesOptions, RecurrentStates, StatesOptions } from "./recurrent/extras.js";
import { RecurrentModule } from "./recurrent/module.js";
import { RECURRENT_DEFAULTS, type RecurrentOptions } from "./recurrent/sizes.js";
import type { Stream, StreamOptions } from "./recurrent/stream.js";
import type { PackedSequence } from "./utils/rnn/packed-sequence.js";

export interface GRUOptions extends RecurrentOptions {}

/**
 * Gated recurrent units over a sequence (`H` hidden size, `D` 2 if bidirectional, else 1).
 *
 *     r, z = σ(W_ih·x + b_ih + W_hh·h + b_hh)      n = tanh(W_in·x + b_in + r ⊙ (W_hn·h + b_hn))
 *     h' = (1 − z) ⊙ n + z ⊙ h
 *
 * All parameters start from U(−1/√H, 1/√H). Gates stand in the order r z n; the reset gate acts after the product with h.
 *
 * @example
 * const gru = new nn.GRU(10, 20, { bidirectional: true });
 * const [output, hn] = gru.forward(input); // [T, N, 10] → [T, N, 40]
 */
export class GRU extends RecurrentModule {
  static override readonly name: string = "GRU";

  constructor(inputSize: number, hiddenSize: number, options?: GRUOptions) {
    const checked = checkOptions("nn.GRU", options, RECURRENT_DEFAULTS);
    super("GRU", "gru", { inputSize, hiddenSize, ...checked, projSize: 0 });
  }

  /**
   * @param input `[T, N, I]`, `[N, T, I]` if batch first, `[T, I]` without a batch, or a packed sequence
   * @param h0 `[L·D, N, H]`, never batch first; zeros if left out
   * @param options.resetMask `[T, N]` int32, 1 where the state is zero before that step
   * @param options.returnStates whether a third result has the states after every step
   * @returns the outputs of the last layer `[T, N, D·H]` in the input's layout, and the final states of all layers
   */
  forward(input: Tensor, h0?: Tensor, options?: NoStatesOptions): [output: Tensor, hn: Tensor];
  forward(input: PackedSequence, h0?: Tensor, options?: NoStatesOptions): [output: PackedSequence, hn: Tensor];
  forward(input: Tensor | PackedSequence, h0?: Tensor, options?: NoStatesOptions): [output: Tensor | PackedSequence, hn: Tensor];
  forward<T extends Tensor | PackedSequence>(
    input: T,
    h0: Tensor | undefined,
    options: StatesOptions,
  ): [output: Like<T>, hn: Tensor, states: RecurrentStates<T>];
  forward<T extends Tensor | PackedSequence>(
    input: T,
    h0: Tensor | undefined,
    options: ForwardOptions | undefined,
  ): [output: Like<T>, hn: Tensor, states?: RecurrentStates<T>];
  forward<T extends Tensor | PackedSequence>(
    input: T,
    h0?: Tensor,
    options?: ForwardOptions,
  ): [output: Like<T>, hn: Tensor, states?: RecurrentStates<T>] {
    const { output, hn, states } = this.run(input, h0, undefined, options);
    return states === undefined ? [output, hn] : [output, hn, { h: states.h }];
  }

  /**
   * The module fed step by step, for live input: `stream.step(x)` takes and gives plain arrays, and allocates nothing. Not for bidirectional modules.
   *
   * @param options.batch how many sequences go side by side @default 1
   */
  stream(options?: StreamOptions): Stream<Tensor> {
    return this.streamOf(options);
  }
}
