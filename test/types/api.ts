// Compiled, never run: what TypeScript accepts of the public API, and what it must refuse.

import { nn, optim, type Tensor, tensor, zeros } from "unrolled";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T => true as T;

const input = zeros([5, 2, 3]);

/** Results are labelled tuples. */
export function results(lstm: nn.LSTM, gru: nn.GRU): void {
  holds<Equal<ReturnType<typeof forwardLSTM>, [output: Tensor, state: [hn: Tensor, cn: Tensor]]>>();
  holds<Equal<ReturnType<typeof forwardGRU>, [output: Tensor, hn: Tensor]>>();
  const packed = nn.utils.rnn.packPaddedSequence(input, [5, 3]);
  const [output] = lstm.forward(packed);
  holds<Equal<typeof output, nn.utils.rnn.PackedSequence>>();
  const [padded, lengths] = nn.utils.rnn.padPackedSequence(output);
  holds<Equal<[typeof padded, typeof lengths], [Tensor, number[]]>>();
  // The state of one call is the state of the next.
  const [, state] = lstm.forward(input);
  lstm.forward(input, nn.utils.rnn.detachState(state));
  const [, hn] = gru.forward(input);
  gru.forward(input, hn);
}

/** What works on each step by itself keeps packed what is packed. */
export function packed(tokens: nn.utils.rnn.PackedSequence, layer: nn.Sequential, x: Tensor): void {
  const embedded = new nn.Embedding(3, 4).forward(tokens);
  const mapped = layer.forward(new nn.Dropout().forward(new nn.LayerNorm(4).forward(new nn.Tanh().forward(embedded))));
  holds<Equal<[typeof embedded, typeof mapped], [nn.utils.rnn.PackedSequence, nn.utils.rnn.PackedSequence]>>();
  const loss = new nn.CrossEntropyLoss().forward(mapped, tokens);
  const plain = new nn.Linear(4, 4).forward(x);
  holds<Equal<[typeof loss, typeof plain], [Tensor, Tensor]>>();
  // @ts-expect-error both are packed, or neither
  new nn.MSELoss().forward(mapped, x);
  // @ts-expect-error time is no dimension of a packed sequence's data
  new nn.Flatten().forward(mapped);
}

/** A cell's state is what it makes of it. */
export function cells(lstm: nn.LSTMCell, gru: nn.GRUCell): void {
  const state = lstm.forward(input, lstm.forward(input));
  holds<Equal<typeof state, [h: Tensor, c: Tensor]>>();
  const h = gru.forward(input, gru.forward(input));
  holds<Equal<typeof h, Tensor>>();
  // @ts-expect-error an LSTM has two states
  lstm.forward(input, h);
}

/** The states after every step come with the call that asks for them; where only running tells, they may. */
export function extensions(lstm: nn.LSTM, gru: nn.GRU, rnn: nn.RNN, options: nn.ForwardOptions, returnStates: boolean): void {
  const packed = nn.utils.rnn.packPaddedSequence(input, [5, 3]);
  const [, , sure] = gru.forward(packed, undefined, { returnStates: true });
  const [output, , maybe] = lstm.forward(input, undefined, { returnStates });
  holds<Equal<typeof sure, nn.RecurrentStates<nn.utils.rnn.PackedSequence>>>();
  holds<Equal<[typeof output, typeof maybe], [Tensor, nn.LSTMStates<Tensor> | undefined]>>();
  for (const module of [gru, rnn]) module.forward(input, undefined, options);
}

const forwardLSTM = (lstm: nn.LSTM) => lstm.forward(input);
const forwardGRU = (gru: nn.GRU) => gru.forward(input);

/** Spans give one tensor for each that went in. */
export function spans(): void {
  for (const [x, y] of nn.utils.rnn.spans([input, input], { span: 2 })) holds<Equal<[typeof x, typeof y], [Tensor, Tensor]>>();
}

/** What must not compile. */
export function refused(lstm: nn.LSTM, gru: nn.GRU): void {
  // @ts-expect-error PyTorch's spelling of an option
  new nn.LSTM(3, 4, { num_layers: 2 });
  // @ts-expect-error only the LSTM has a projection
  new nn.GRU(3, 4, { projSize: 2 });
  // @ts-expect-error there are two nonlinearities
  new nn.RNN(3, 4, { nonlinearity: "sigmoid" });
  // @ts-expect-error sizes are required
  new nn.LSTM(3);
  // @ts-expect-error an LSTM has two states
  lstm.forward(input, input);
  // @ts-expect-error a GRU has one
  gru.forward(input, [input, input]);
  // @ts-expect-error there is no cell state
  gru.forward(input)[1][1];
  // @ts-expect-error shapes are arrays
  zeros(2, 3);
  // @ts-expect-error an option that does not exist
  new optim.Adam(lstm.parameters(), { learningRate: 1e-3 });
  // @ts-expect-error there is no such reduction
  new nn.CrossEntropyLoss({ reduction: "average" });
  // @ts-expect-error gradients are kept by name
  tensor(1).backward(undefined, true);
}
