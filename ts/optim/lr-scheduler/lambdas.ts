import { complaint, OptionError, show } from "../../errors.js";
import { checkNumber } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import { checkOptimizer } from "./scheduler.js";

/** A factor, given the epoch. */
export type LrLambda = (epoch: number) => number;

/** One for all groups, or one for each. */
export type LrLambdas = LrLambda | readonly LrLambda[];

/** A function for each group. */
export function checkLambdas(where: string, lambdas: LrLambdas, optimizer: Optimizer): readonly LrLambda[] {
  const { length } = checkOptimizer(where, optimizer).paramGroups;
  if (typeof lambdas === "function") return new Array<LrLambda>(length).fill(lambdas);
  const expected = `a function, or one for each of the ${length} groups`;
  if (Array.isArray(lambdas) && lambdas.length === length && lambdas.every((each) => typeof each === "function")) return [...lambdas];
  throw new OptionError(complaint(where, "lrLambda", expected, show(lambdas)));
}

/** Each learning rate times what its function returns. */
export function applyLambdas(where: string, lambdas: readonly LrLambda[], epoch: number, lrs: readonly number[]): number[] {
  const factor = (lambda: LrLambda) => checkNumber(where, `what lrLambda(${epoch}) returns`, lambda(epoch), { min: 0 });
  return lambdas.map((lambda, index) => (lrs[index] as number) * factor(lambda));
}
