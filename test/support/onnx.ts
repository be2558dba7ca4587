/** Recurrent nodes of ONNX in the form of PyTorch's modules. */

import { cat, nn, type Tensor, tensor } from "unrolled";
import type { Plain } from "./golden.js";

const { packPaddedSequence, padPackedSequence } = nn.utils.rnn;

export interface OnnxNode {
  readonly op: "RNN" | "LSTM" | "GRU";
  readonly attributes: { readonly hidden_size: number; readonly direction: "forward" | "bidirectional"; readonly linear_before_reset?: 1 };
  readonly inputs: {
    /** `[T, N, I]` */
    readonly X: Plain;
    /** `[D, G·H, I]` */
    readonly W: Plain;
    /** `[D, G·H, H]` */
    readonly R: Plain;
    /** `[D, 2·G·H]`: the bias of W, then that of R. */
    readonly B: Plain;
    /** `[N]` */
    readonly sequence_lens?: Plain;
    /** `[D, N, H]` */
    readonly initial_h?: Plain;
    /** `[D, N, H]` */
    readonly initial_c?: Plain;
  };
  /** Y `[T, D, N, H]`, 0 past a sequence's end; Y_h and Y_c `[D, N, H]`. */
  readonly outputs: { readonly Y: Plain; readonly Y_h: Plain; readonly Y_c?: Plain };
}

/** For each gate of PyTorch's order, its place in ONNX's: i f g o in i o f c, r z n in z r h. */
const GATES = { RNN: [0], LSTM: [0, 2, 3, 1], GRU: [1, 0, 2] } as const;

function floats({ data, shape }: Plain): Tensor {
  return tensor(Float32Array.from(data), { shape });
}

/** Rows of gates, `[G·H, …]`, in PyTorch's order. */
function reorder(op: OnnxNode["op"], rows: Tensor): Tensor {
  const gates = GATES[op];
  const each = rows.chunk(gates.length);
  return cat(gates.map((at) => each[at] as Tensor));
}

/** The node's weights as a state dict of PyTorch. */
export function stateDict({ op, inputs: { W, R, B } }: OnnxNode): Record<string, Tensor> {
  const dict: Record<string, Tensor> = {};
  for (const [direction, suffix] of ["l0", "l0_reverse"].slice(0, W.shape[0]).entries()) {
    const [ofInput, ofState] = floats(B).select(0, direction).chunk(2) as [Tensor, Tensor];
    dict[`weight_ih_${suffix}`] = reorder(op, floats(W).select(0, direction));
    dict[`weight_hh_${suffix}`] = reorder(op, floats(R).select(0, direction));
    dict[`bias_ih_${suffix}`] = reorder(op, ofInput);
    dict[`bias_hh_${suffix}`] = reorder(op, ofState);
  }
  return dict;
}

/** Runs a module of the node's kind with the node's weights; the results are in ONNX's layouts. */
export function runNode(node: OnnxNode): { Y: Tensor; Y_h: Tensor; Y_c?: Tensor } {
  const { X, sequence_lens, initial_h, initial_c } = node.inputs;
  const { hidden_size: hidden, direction } = node.attributes;
  const module = new nn[node.op](X.shape[2] as number, hidden, { bidirectional: direction === "bidirectional" });
  module.loadStateDict(stateDict(node));
  const input = floats(X);
  const lengths = sequence_lens?.data;
  const states = [initial_h, initial_c].filter((state) => state !== undefined).map(floats);
  const forward = module.forward.bind(module) as unknown as (
    input: unknown,
    state: unknown,
  ) => [Tensor & nn.utils.rnn.PackedSequence, Tensor | Tensor[]];
  const [result, last] = forward(
    lengths ? packPaddedSequence(input, lengths, { enforceSorted: false }) : input,
    states.length > 1 ? states : states[0],
  );
  const [steps, batch] = X.shape as [number, number];
  const output: Tensor = lengths ? padPackedSequence(result, { totalLength: steps })[0] : result;
  const [Y_h, Y_c] = [last].flat() as [Tensor, Tensor?];
  const Y = output.reshape([steps, batch, direction === "bidirectional" ? 2 : 1, hidden]).transpose(1, 2);
  return { Y, Y_h, ...(Y_c ? { Y_c } : {}) };
}
