import { complaint, OptionError, show } from "../../errors.js";
import { checkNumber } from "../../options.js";
import { LSTM } from "../lstm.js";
import { LSTMCell } from "../lstm-cell.js";
import type { Parameter } from "../parameter.js";

/** Which of an LSTM's gates i f g o is the forget gate. */
const FORGET = 1;

/**
 * Sets the bias of the forget gate, in all layers and directions: an LSTM that starts with open gates remembers over more steps
 * (Gers, Schmidhuber and Cummins 2000; Jozefowicz, Zaremba and Sutskever 2015 propose 1).
 *
 *     b_ih + b_hh = value      `value` in b_ih, 0 in b_hh; all other biases stay as they are
 *
 * PyTorch has no such function.
 *
 * @param lstm with biases
 * @returns `lstm`
 */
export function forgetBias_<M extends LSTM | LSTMCell>(lstm: M, value: number): M {
  const where = "nn.init.forgetBias_";
  if (!(lstm instanceof LSTM || lstm instanceof LSTMCell)) {
    throw new OptionError(complaint(where, "lstm", "an LSTM or an LSTMCell", show(lstm)));
  }
  checkNumber(where, "value", value);
  const biases = lstm.namedParameters().filter(([name]) => name.startsWith("bias_"));
  if (biases.length === 0) throw new OptionError(complaint(where, "lstm", "made with biases", "one without"));
  for (const [name, bias] of biases) setForgetGate(bias, name.startsWith("bias_ih") ? value : 0, lstm.hiddenSize);
  return lstm;
}

function setForgetGate(bias: Parameter, value: number, hidden: number): void {
  bias.storage.values().fill(value, FORGET * hidden, (FORGET + 1) * hidden);
  bias.storage.version++;
}
