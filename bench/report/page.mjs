// docs/benchmarks.md: how it is measured, then all numbers.

import { CASES, describeSizes } from "../cases.mjs";
import { runSection } from "./markdown.mjs";

const cases = CASES.map((sizes) => `\`${sizes.name}\` ${describeSizes(sizes)}`).join("; ");

const METHOD = `# Benchmarks

<!-- Written by \`node scripts/bench-table.mjs\` from bench/results: change that, not this. -->

\`\`\`sh
npm run bench                      # everything; \`-- --quick\` takes a minute, \`-- --help\` lists the options
npm run bench -- --engine bun      # or \`this\`: the Node that npm runs in
npm run bench -- --against ../before --peers none   # two builds, in turns: another checkout, and this one
UNROLLED_PYTHON=~/venv/bin/python npm run bench -- --json   # with PyTorch; the results into bench/results
node scripts/bench-table.mjs       # this page, the picture and the table of the README, from the results
\`\`\`

## How it is measured

Everybody is timed in one run and in turns of 20 ms, so that a slow second of the machine falls on all alike; after a warm-up; call by call. The median is shown, with the quartiles.

- *Training step*: forward, mean squared error against a random target of the output's shape, backward, Adam; the input needs no gradient. *Forward*: without gradients.
- *Cases*: ${cases}. \`stream\` goes on from the state of the call before; ours is \`rnn.stream().step\`, and beside it \`rnn.forward\`.
- *GFLOP/s* are true ones, of the products alone: \`2TN·G·H·(I + H)\` forward, \`2TN·G·H·(2I + 3H)\` in training (G = 4, 3, 1 for LSTM, GRU, RNN), and \`3I\` for \`2I\` in the layers above the first.
- *Of peak*: of a loop of multiply and add in registers alone, in this engine, timed in turns with everybody else; with the fused instruction only in the relaxed build.
- *Where the time goes* (\`--mode profile\`): samples of the stack, by V8's profiler, of a process of its own that only trains; without V8's inlining of functions of the core, so that the phases stay apart. *Rest*: the tape, checks, calls.
- *Ways to train* (\`--mode patterns\`): at the sizes of \`chars\`, beside plain training steps of the same work, in the same turns. *Beyond the budget*: all that backward needs overflows into JavaScript's memory (\`init({ savedBytes: 0 })\`).
- *Ratio*: how many times as long the other takes. Below 1 it is faster.

## Who is compared

- **unrolled before** is another build of it, of the checkout that \`--against\` names, loaded beside this one.
- **PyTorch** is native: its products use AVX-512 or AVX2 (the line of the version says which), vectors four times or twice as wide as WebAssembly's. It runs in processes of its own that take their times themselves when it is their turn, with one thread and with as many as it takes by default. \`torch.optim.Adam\` with its defaults.
- **TensorFlow.js**: \`recurrentActivation: "sigmoid"\`, \`unitForgetBias: false\`. Its GRU is another cell (r before the product, one bias), with a little less work. \`big\` and \`chars2\` are left out: they take minutes; on its backend of plain JavaScript (cpu), LSTM alone.
- **ONNX Runtime Web**: forward, one thread; its GRU with \`linear_before_reset\`, which is PyTorch's.
- **jax-js** has no recurrent layers: an LSTM by hand, unrolled and compiled as a whole, in the fastest form that was found: weights \`[4H, K]\` used transposed; for batches the gradient of the weights as one would write it, for single sequences one product over the gradients of all gates. \`big\` and \`chars2\` are left out: they take minutes to compile.
- **brain.js** does its own task: it learns to foretell a series from itself, one sequence at a time, with single numbers for everything and another optimizer. Its time is per sequence, and so is the ratio.
`;

/** @param {Iterable<object>} runs the newest of each setting */
export function page(runs) {
  return `${[METHOD, "## Numbers", "", ...[...runs].map((run) => `${runSection(run)}\n`)].join("\n").trimEnd()}\n`;
}
