import { complaint, OptionError, show } from "../../errors.js";
import { checkNumber } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import { LRScheduler } from "./lr-scheduler.js";
import { checkOptimizer } from "./scheduler.js";
import { type Kinds, listOf, nothing } from "./state.js";

/** A factor, given the epoch. */
export type LrLambda = (epoch: number) => number;

/** One for all groups, or one for each. */
export type LrLambdas = LrLambda | readonly LrLambda[];

/** Functions cannot be saved: null for each of them, as in PyTorch. */
type LambdasState = { lr_lambdas: readonly null[] };

/** What LambdaLR and MultiplicativeLR share: a function of the epoch for each group, which says by what its learning rate is multiplied. */
export abstract class LambdaScheduler extends LRScheduler<LambdasState> {
  readonly #lambdas: readonly LrLambda[];

  protected constructor(where: string, optimizer: Optimizer, lrLambda: LrLambdas) {
    const lambdas = checkLambdas(where, lrLambda, optimizer);
    super(where, optimizer, { lr_lambdas: lambdas.map(() => null) });
    this.#lambdas = lambdas;
  }

  protected override ownKinds(): Kinds<LambdasState> {
    return { lr_lambdas: listOf(nothing) };
  }

  /** Each learning rate times what its function returns. */
  protected multiplied(lrs: readonly number[]): number[] {
    const { last_epoch: epoch } = this.state;
    const what = `what lrLambda(${epoch}) returns`;
    const factor = (lambda: LrLambda) => checkNumber(`${this.where()}.step`, what, lambda(epoch), { min: 0 });
    return this.#lambdas.map((lambda, index) => (lrs[index] as number) * factor(lambda));
  }
}

/** A function for each group. */
function checkLambdas(where: string, lambdas: LrLambdas, optimizer: Optimizer): readonly LrLambda[] {
  const { length } = checkOptimizer(where, optimizer).paramGroups;
  if (typeof lambdas === "function") return new Array<LrLambda>(length).fill(lambdas);
  const expected = `a function, or one for each of the ${length} groups`;
  if (Array.isArray(lambdas) && lambdas.length === length && lambdas.every((each) => typeof each === "function")) return [...lambdas];
  throw new OptionError(complaint(where, "lrLambda", expected, show(lambdas)));
}
