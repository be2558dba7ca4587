import { nn, rand, type Tensor } from "unrolled";

/** Four sizes that differ, so that none can be taken for another. */
const [T, N, I, H, L] = [7, 3, 5, 4, 2] as const;

/** The shapes that were shown, by name, and whether what is said of the values holds. */
export interface Shapes {
  readonly shapes: Record<string, number[]>;
  readonly checks: Record<string, boolean>;
}

type Say = (line: string) => void;

/** Prints what goes into `nn.RNN` and what comes out, and checks what it says. */
export function shapes(say: Say): Shapes {
  const found: Shapes = { shapes: {}, checks: {} };
  say(`T = ${T} steps, N = ${N} sequences, I = ${I} values a step (input size), H = ${H} units (hidden size)`);
  oneLayer(found, say);
  stacked(found, say);
  batchFirst(found, say);
  bothDirections(found, say);
  unbatched(found, say);
  packed(found, say);
  return found;
}

function shape({ shapes }: Shapes, say: Say, name: string, what: string, value: Tensor): void {
  shapes[name] = [...value.shape];
  say(`  ${name.padEnd(28)} [${value.shape.join(", ")}]`.padEnd(46) + what);
}

function check({ checks }: Shapes, say: Say, sentence: string, holds: boolean): void {
  checks[sentence] = holds;
  say(`  ${holds ? "✓" : "✗"} ${sentence}`);
}

/** The last step of an output `[T, N, …]`. */
function last(output: Tensor): Tensor {
  return output.select(0, -1);
}

function oneLayer(found: Shapes, say: Say): void {
  say(`\nconst rnn = new nn.RNN(${I}, ${H});   h_t = tanh(W_ih·x_t + b_ih + W_hh·h_{t-1} + b_hh)`);
  const rnn = new nn.RNN(I, H);
  for (const [name, parameter] of rnn.namedParameters()) shape(found, say, name, parameterMeans(name), parameter);
  const input = rand([T, N, I]);
  const [output, hn] = rnn.forward(input);
  say("const [output, hn] = rnn.forward(input);");
  shape(found, say, "input", "[T, N, I]: step by step, time comes first", input);
  shape(found, say, "output", "[T, N, H]: the hidden state after every step", output);
  shape(found, say, "hn", "[L, N, H]: the hidden state after the last one", hn);
  check(found, say, "output[T - 1] is hn[0]: the last output is the final state", last(output).allclose(hn.select(0, 0)));
  const [front, state] = rnn.forward(input.narrow(0, 0, 4));
  const [back, end] = rnn.forward(input.narrow(0, 4, T - 4), state);
  const same = front.allclose(output.narrow(0, 0, 4)) && back.allclose(output.narrow(0, 4, T - 4)) && end.allclose(hn);
  check(found, say, "the first 4 steps, then the rest from their final state, give the same numbers", same);
}

function parameterMeans(name: string): string {
  if (name.startsWith("bias")) return "[H]";
  return name.startsWith("weight_ih") ? "[H, I]: from the input" : "[H, H]: from the state before";
}

function stacked(found: Shapes, say: Say): void {
  say(`\nconst rnn = new nn.RNN(${I}, ${H}, { numLayers: ${L} });   the second layer reads what the first one puts out`);
  const rnn = new nn.RNN(I, H, { numLayers: L });
  shape(found, say, "stacked weight_ih_l1", "[H, H], not [H, I]: it reads hidden states", rnn["weight_ih_l1"] as Tensor);
  const [output, hn] = rnn.forward(rand([T, N, I]));
  shape(found, say, "stacked output", "[T, N, H]: of the last layer only", output);
  shape(found, say, "stacked hn", "[L, N, H]: of each layer", hn);
  check(found, say, "output[T - 1] is hn[L - 1], the last layer's", last(output).allclose(hn.select(0, L - 1)));
  check(found, say, "hn[0], the first layer's, is not in the output", !last(output).allclose(hn.select(0, 0)));
}

function batchFirst(found: Shapes, say: Say): void {
  say(`\nconst rnn = new nn.RNN(${I}, ${H}, { batchFirst: true });   the same numbers, laid out sequence by sequence`);
  const [timeFirst, rnn] = [new nn.RNN(I, H), new nn.RNN(I, H, { batchFirst: true })];
  rnn.loadStateDict(timeFirst.stateDict());
  const input = rand([T, N, I]);
  const [expected, state] = timeFirst.forward(input);
  const [output, hn] = rnn.forward(input.transpose(0, 1));
  shape(found, say, "batch first input", "[N, T, I]", input.transpose(0, 1));
  shape(found, say, "batch first output", "[N, T, H]", output);
  shape(found, say, "batch first hn", "[L, N, H]: states are never batch first", hn);
  const same = output.transpose(0, 1).allclose(expected) && hn.allclose(state);
  check(found, say, "with the same weights, transposed, the same numbers", same);
}

function bothDirections(found: Shapes, say: Say): void {
  say(`\nconst rnn = new nn.RNN(${I}, ${H}, { bidirectional: true });   D = 2: one net reads forwards, one backwards`);
  const rnn = new nn.RNN(I, H, { bidirectional: true });
  const [output, hn] = rnn.forward(rand([T, N, I]));
  shape(found, say, "bidirectional output", "[T, N, D·H]: both states beside each other", output);
  shape(found, say, "bidirectional hn", "[L·D, N, H]: one for each layer and direction", hn);
  const [forwards, backwards] = output.chunk(2, 2) as [Tensor, Tensor];
  check(found, say, "hn[0] is the forward half at the last step", last(forwards).allclose(hn.select(0, 0)));
  check(
    found,
    say,
    "hn[1] is the backward half at the FIRST step, where reading backwards ends",
    backwards.select(0, 0).allclose(hn.select(0, 1)),
  );
}

function unbatched(found: Shapes, say: Say): void {
  say("\none sequence without a batch");
  const rnn = new nn.RNN(I, H);
  const input = rand([T, N, I]);
  const [output, hn] = rnn.forward(input.select(1, 1));
  shape(found, say, "unbatched output", "[T, H]", output);
  shape(found, say, "unbatched hn", "[L, H]", hn);
  check(found, say, "a sequence gets the same numbers alone and in a batch", output.allclose(rnn.forward(input)[0].select(1, 1)));
}

function packed(found: Shapes, say: Say): void {
  const lengths = [7, 2, 5];
  say(`\nsequences of ${lengths.join(", ")} steps: packed, so that nobody computes or learns from padding`);
  const rnn = new nn.RNN(I, H);
  const input = rand([T, N, I]);
  const [output, hn] = rnn.forward(nn.utils.rnn.packPaddedSequence(input, lengths, { enforceSorted: false }));
  const [padded] = nn.utils.rnn.padPackedSequence(output);
  shape(found, say, "packed output.data", "[sum of lengths, H]", output.data);
  shape(found, say, "packed hn", "[L, N, H]: each sequence's own last state", hn);
  const own = lengths.every((length, row) =>
    padded
      .select(1, row)
      .select(0, length - 1)
      .allclose(hn.select(1, row).select(0, 0)),
  );
  check(found, say, "hn has the state after 7, 2 and 5 steps", own);
  check(found, say, "beyond a sequence's end the padded output is 0", padded.select(1, 1).narrow(0, 2, 5).abs().max().item() === 0);
}
