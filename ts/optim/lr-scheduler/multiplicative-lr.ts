import { checkOptions } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import { applyLambdas, checkLambdas, type LrLambda, type LrLambdas } from "./lambdas.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { type Kinds, listOf, nothing } from "./state.js";

/** Functions cannot be saved: null for each of them, as in PyTorch. */
type MultiplicativeLRState = { lr_lambdas: readonly null[] };

/** Multiplies the learning rate every epoch by what a function of the epoch returns. */
export class MultiplicativeLR extends LRScheduler<MultiplicativeLRState> {
  static override readonly name: string = "MultiplicativeLR";
  readonly #lambdas: readonly LrLambda[];

  /** @param lrLambda a function, or one for each group */
  constructor(optimizer: Optimizer, lrLambda: LrLambdas, options?: LRSchedulerOptions) {
    const where = "optim.lrScheduler.MultiplicativeLR";
    const { lastEpoch } = checkOptions(where, options, { lastEpoch: -1 });
    const lambdas = checkLambdas(where, lrLambda, optimizer);
    super(where, optimizer, { lr_lambdas: lambdas.map(() => null) });
    this.#lambdas = lambdas;
    this.start(lastEpoch);
  }

  protected override where(): string {
    return "optim.lrScheduler.MultiplicativeLR";
  }

  protected override ownKinds(): Kinds<MultiplicativeLRState> {
    return { lr_lambdas: listOf(nothing) };
  }

  protected override nextLrs(): number[] {
    if (this.state._is_initial) return this.unchanged();
    return applyLambdas("optim.lrScheduler.MultiplicativeLR.step", this.#lambdas, this.state.last_epoch, this.unchanged());
  }
}
