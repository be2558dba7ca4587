import { type Piece, spell } from "./data.js";
import { Tagger, type TaggerOptions } from "./model.js";
import { type Plan, type Point, type Score, score, tag, train } from "./train.js";

/** What a model has learned. */
export interface Learned {
  readonly parameters: number;
  readonly score: Score;
  readonly points: readonly Point[];
  /** The beginning of the held-out text as the model spells it. */
  readonly sample: string;
}

/** Trains a model and reads the held-out text with it. */
export function learn(options: TaggerOptions, training: readonly Piece[], heldOut: readonly Piece[], plan: Plan): Learned {
  const model = new Tagger(options);
  const points = train(model, training, plan);
  const said = tag(model, heldOut);
  return {
    parameters: model.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0),
    score: score(said, heldOut),
    points,
    sample: heldOut
      .slice(0, 3)
      .map(([letters], index) => spell(letters.data, said[index]!))
      .join(""),
  };
}
