import { complaint, OptionError, show } from "../../../errors.js";
import { Tensor } from "../../../tensor/tensor.js";

/**
 * The same state without what computed it, so that the next backward stops there: what truncated backpropagation through time does
 * between two spans.
 *
 * @param state a tensor, an LSTM's `[h, c]`, arrays of states, or undefined, which stays undefined
 */
export function detachState<S>(state: S): S {
  if (state === undefined || state === null) return state;
  if (state instanceof Tensor) return state.detach() as S;
  if (Array.isArray(state)) return state.map(detachState) as S;
  throw new OptionError(complaint("nn.utils.rnn.detachState", "state", "a tensor or an array of states", show(state)));
}
