import { checkOneOf, checkOptions } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import type { ForwardOptions, Like, NoStatesOptions, RecurrentStates, StatesOptions } from "./recurrent/extras.js";
import { RecurrentModule } from "./recurrent/module.js";
import { RECURRENT_DEFAULTS, type RecurrentOptions } from "./recurrent/sizes.js";
import type { Stream, StreamOptions } from "./recurrent/stream.js";
import type { PackedSequence } from "./utils/rnn/packed-sequence.js";

export interface RNNOptions extends RecurrentOptions {
  /** What is applied to each unit. @default "tanh" */
  readonly nonlinearity?: "tanh" | "relu";
}

/**
 * An Elman network over a sequence (`H` hidden size, `D` 2 if bidirectional, else 1).
 *
 *     h' = tanh(W_ih·x + b_ih + W_hh·h + b_hh)      or max(…, 0)
 *
 * All parameters start from U(−1/√H, 1/√H).
 *
 * @example
 * const rnn = new nn.RNN(1, 2, { batchFirst: true });
 * const [output, hn] = rnn.forward(input); // [N, T, 1] → [N, T, 2]
 */
export class RNN extends RecurrentModule {
  static override readonly name: string = "RNN";
  readonly nonlinearity: "tanh" | "relu";

  constructor(inputSize: number, hiddenSize: number, options?: RNNOptions) {
    const defaults = { ...RECURRENT_DEFAULTS, nonlinearity: "tanh" as "tanh" | "relu" };
    const { nonlinearity, ...checked } = checkOptions("nn.RNN", options, defaults);
    checkOneOf("nn.RNN", "nonlinearity", nonlinearity, ["tanh", "relu"]);
    super("RNN", nonlinearity, { inputSize, hiddenSize, ...checked, projSize: 0 });
    this.nonlinearity = nonlinearity;
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

  protected override extraRepr(): string {
    const nonlinearity = this.nonlinearity === "tanh" ? "" : `, nonlinearity=${this.nonlinearity}`;
    return super.extraRepr() + nonlinearity;
  }
}
