import type { nn, Tensor } from "unrolled";

/** Early stopping: keeps the weights of the epoch whose validation loss was the lowest, and says when to give up. */
export class Best {
  readonly #model: nn.Module;
  readonly #patience: number;
  #weights: Record<string, Tensor> = {};
  /** The lowest loss so far. */
  loss: number = Number.POSITIVE_INFINITY;
  /** The epoch that it belongs to. */
  epoch = -1;

  /** @param patience how many epochs may pass without a better one */
  constructor(model: nn.Module, patience: number = Number.POSITIVE_INFINITY) {
    this.#model = model;
    this.#patience = patience;
  }

  /**
   * To be called after each epoch.
   *
   * @returns whether training should go on
   */
  update(epoch: number, loss: number): boolean {
    if (loss < this.loss) {
      // The state dict is the parameters themselves, which training goes on to change: a copy stays as it is.
      this.#weights = Object.fromEntries(Object.entries(this.#model.stateDict()).map(([name, value]) => [name, value.clone()]));
      this.loss = loss;
      this.epoch = epoch;
    }
    return epoch - this.epoch < this.#patience;
  }

  /** Gives the model the best weights back. */
  restore(): void {
    this.#model.loadStateDict(this.#weights);
  }
}
