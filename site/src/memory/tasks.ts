import { nn, rand, randint, type Tensor, tensor } from "unrolled";
import type { TaskName } from "./task-name.js";

/** Sequences that are learned from together. */
export const BATCH = 32;
/** Symbols that the copy task asks to remember, of so many different ones. */
export const REMEMBERED = 5;
export const SYMBOLS = 8;

/** What is put in `[T, N, I]`, and what the loss of a network's answers `[T, N, O]` is. */
export interface Batch {
  readonly input: Tensor;
  loss(answers: Tensor): Tensor;
}

export interface Task {
  readonly inputs: number;
  readonly outputs: number;
  /** What a network reaches that remembers nothing. */
  readonly chance: number;
  /** Steps of a sequence whose gap has this length. */
  steps(length: number): number;
  batch(length: number): Batch;
}

/**
 * Hochreiter and Schmidhuber's adding problem: numbers from 0 to 1, two of which are marked, one in each half; at the end their sum is asked.
 * Always saying 1 has a mean squared error of 1/6, the variance of the sum.
 */
const adding: Task = {
  inputs: 2,
  outputs: 1,
  chance: 1 / 6,
  steps: (length) => length,
  batch(length) {
    const half = length >> 1;
    const values = rand([length, BATCH]).data as Float32Array;
    const [first, second] = [randint(0, half, [BATCH]).data, randint(half, length, [BATCH]).data];
    const input = new Float32Array(length * BATCH * 2);
    for (let at = 0; at < values.length; at++) input[2 * at] = values[at] as number;
    const sums = Float32Array.from({ length: BATCH }, (_, row) => {
      const places = [first[row] as number, second[row] as number].map((step) => step * BATCH + row);
      for (const place of places) input[2 * place + 1] = 1;
      return places.reduce((sum, place) => sum + (values[place] as number), 0);
    });
    const target = tensor(sums, { shape: [BATCH, 1] });
    return {
      input: tensor(input, { shape: [length, BATCH, 2] }),
      loss: (answers) => nn.functional.mseLoss(answers.select(0, -1), target),
    };
  },
};

/** The channels of the copy task: the symbols, nothing, and "now". */
const CHANNELS = SYMBOLS + 2;

/** Some symbols, then a gap of `length` steps, then a sign: from there on the symbols are asked, in their order. */
const copy: Task = {
  inputs: CHANNELS,
  outputs: SYMBOLS,
  chance: Math.log(SYMBOLS),
  steps: (length) => length + 2 * REMEMBERED,
  batch(length) {
    const steps = length + 2 * REMEMBERED;
    const symbols = randint(0, SYMBOLS, [REMEMBERED, BATCH]);
    const input = new Float32Array(steps * BATCH * CHANNELS);
    for (let step = 0; step < steps; step++) {
      const asked = step === length + REMEMBERED;
      for (let row = 0; row < BATCH; row++) {
        const channel = step < REMEMBERED ? (symbols.data[step * BATCH + row] as number) : asked ? SYMBOLS + 1 : SYMBOLS;
        input[(step * BATCH + row) * CHANNELS + channel] = 1;
      }
    }
    return {
      input: tensor(input, { shape: [steps, BATCH, CHANNELS] }),
      loss: (answers) => nn.functional.crossEntropy(answers.narrow(0, length + REMEMBERED, REMEMBERED).flatten(0, 1), symbols.flatten()),
    };
  },
};

export const tasks: Readonly<Record<TaskName, Task>> = { adding, copy };
