import type { Values } from "../args.js";
import { CELLS, type Cell, type RecurrentSizes } from "../cells.js";
import type { TrainOptions } from "../commands/train-options.js";

type Given = Values<TrainOptions>;

/** What the model is made of. */
export function modelOptions(values: Given, hidden: number): RecurrentSizes {
  return {
    cell: values.oneOf("cell", "lstm", Object.keys(CELLS) as Cell[]),
    hidden: values.integer("hidden", hidden, 1, 65_536),
    layers: values.integer("layers", 1, 1, 64),
    dropout: values.number("dropout", 0, { min: 0, max: 1 }),
  };
}

export interface LearningDefaults {
  readonly epochs: number;
  readonly batch: number;
  readonly lr: number;
  readonly patience: number;
  readonly weightDecay: number;
}

/** How it is to learn. */
export function trainingOptions(values: Given, defaults: LearningDefaults) {
  return {
    epochs: values.integer("epochs", defaults.epochs, 1),
    batch: values.integer("batch", defaults.batch, 1),
    lr: values.number("lr", defaults.lr, { min: 0, above: true }),
    clip: values.number("clip", 1, { min: 0 }),
    patience: values.integer("patience", defaults.patience, 0),
    seed: values.integer("seed", 0, 0),
    weightDecay: defaults.weightDecay,
  };
}
