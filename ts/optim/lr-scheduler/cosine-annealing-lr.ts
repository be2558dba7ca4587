import { checkInteger, checkNumber, checkOptions } from "../../options.js";
import { core } from "../../wasm/core.js";
import type { Optimizer } from "../optimizer.js";
import { checkCount } from "./groups.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { integer, type Kinds, notNegative } from "./state.js";

export interface CosineAnnealingLROptions extends LRSchedulerOptions {
  /** The least learning rate. @default 0 */
  readonly etaMin?: number;
}

type CosineAnnealingLRState = { T_max: number; eta_min: number };

/**
 * Lets the learning rate fall to `etaMin` along half a wave of the cosine, and rise again (Loshchilov and Hutter 2017, without restarts).
 *
 *     lr = etaMin + (base − etaMin)·(1 + cos(π·epoch/tMax))/2
 */
export class CosineAnnealingLR extends LRScheduler<CosineAnnealingLRState> {
  static override readonly name: string = "CosineAnnealingLR";
  /** @param tMax how many epochs it falls */
  constructor(optimizer: Optimizer, tMax: number, options?: CosineAnnealingLROptions) {
    const where = "optim.lrScheduler.CosineAnnealingLR";
    const { etaMin, lastEpoch } = checkOptions(where, options, { etaMin: 0, lastEpoch: -1 });
    checkInteger(where, "tMax", tMax, { min: 1 });
    super(where, optimizer, { T_max: tMax, eta_min: checkNumber(where, "etaMin", etaMin, { min: 0 }) });
    this.start(lastEpoch);
  }

  protected override where(): string {
    return "optim.lrScheduler.CosineAnnealingLR";
  }

  protected override ownKinds(): Kinds<CosineAnnealingLRState> {
    return { T_max: integer(1), eta_min: notNegative };
  }

  /** 1 + cos(π·epoch/tMax) */
  #wave(epoch: number): number {
    return 1 + core().cos64((Math.PI * epoch) / this.state.T_max);
  }

  // From the rate before, as PyTorch does it, so that other schedulers may change the rate, too.
  protected override nextLrs(): number[] {
    const { last_epoch, _is_initial, T_max, eta_min, base_lrs } = this.state;
    if (_is_initial) return this.unchanged();
    if ((last_epoch - 1 - T_max) % (2 * T_max) === 0) {
      checkCount("optim.lrScheduler.CosineAnnealingLR.step", base_lrs.length, this.optimizer);
      const rise = (1 - core().cos64(Math.PI / T_max)) / 2;
      return this.unchanged().map((lr, index) => lr + ((base_lrs[index] as number) - eta_min) * rise);
    }
    const factor = this.#wave(last_epoch) / this.#wave(last_epoch - 1);
    return this.unchanged().map((lr) => factor * (lr - eta_min) + eta_min);
  }

  protected override restartLrs(): number[] {
    const { eta_min, base_lrs } = this.state;
    return base_lrs.map((base) => eta_min + ((base - eta_min) * this.#wave(0)) / 2);
  }
}
