import { manualSeed, nn, randint, randn } from "unrolled";

manualSeed(0);
const rnn = new nn.GRU(5, 16);
const [output, hn] = rnn.forward(randn([12, 3, 5])); // [T, N, I] → [T, N, H]

// One answer for a sequence: its class, from what is left in the final state.
const classes = new nn.Linear(16, 4).forward(hn.select(0, -1)); // [N, 4]
const which = randint(0, 4, [3]);
console.log("class", classes.shape, nn.functional.crossEntropy(classes, which).item().toFixed(4));

// One answer for every step, as the next character of a text: 27 logits at each of them.
const logits = new nn.Linear(16, 27).forward(output); // [T, N, 27]
const next = randint(0, 27, [12, 3]);
const perStep = nn.functional.crossEntropy(logits.flatten({ endDim: 1 }), next.flatten());
console.log("every step", logits.shape, perStep.item().toFixed(4));

// Numbers instead of classes: the next values of a series.
const values = new nn.Linear(16, 1).forward(output).squeeze(-1); // [T, N]
console.log(
  "values",
  values.shape,
  nn.functional
    .mseLoss(values, randn([12, 3]))
    .item()
    .toFixed(4),
);

// Fewer answers than steps, and nobody knows at which: sounds in speech. CTC sums over all ways of placing them.
const sounds = logits.logSoftmax(-1); // class 0 is "no sound"
const spoken = randint(1, 27, [3, 4]); // 4 sounds for each of 3 sequences
console.log("CTC", nn.functional.ctcLoss(sounds, spoken, [12, 12, 12], [4, 4, 4]).item().toFixed(4));
