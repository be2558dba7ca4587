import { checkOptions } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import { applyLambdas, checkLambdas, type LrLambda, type LrLambdas } from "./lambdas.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { type Kinds, listOf, nothing } from "./state.js";

/** Functions cannot be saved: null for each of them, as in PyTorch. */
type LambdaLRState = { lr_lambdas: readonly null[] };

/**
 * Multiplies the initial learning rate by what a function of the epoch returns.
 *
 * @example
 * const scheduler = new optim.lrScheduler.LambdaLR(optimizer, (epoch) => 1 / (1 + epoch));
 */
export class LambdaLR extends LRScheduler<LambdaLRState> {
  static override readonly name: string = "LambdaLR";
  readonly #lambdas: readonly LrLambda[];

  /** @param lrLambda a function, or one for each group */
  constructor(optimizer: Optimizer, lrLambda: LrLambdas, options?: LRSchedulerOptions) {
    const where = "optim.lrScheduler.LambdaLR";
    const { lastEpoch } = checkOptions(where, options, { lastEpoch: -1 });
    const lambdas = checkLambdas(where, lrLambda, optimizer);
    super(where, optimizer, { lr_lambdas: lambdas.map(() => null) });
    this.#lambdas = lambdas;
    this.start(lastEpoch);
  }

  protected override where(): string {
    return "optim.lrScheduler.LambdaLR";
  }

  protected override ownKinds(): Kinds<LambdaLRState> {
    return { lr_lambdas: listOf(nothing) };
  }

  protected override nextLrs(): number[] {
    return applyLambdas("optim.lrScheduler.LambdaLR.step", this.#lambdas, this.state.last_epoch, this.state.base_lrs);
  }
}
