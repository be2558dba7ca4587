import { checkInteger, checkNumber, checkOptions } from "../../options.js";
import { core } from "../../wasm/core.js";
import type { Optimizer } from "../optimizer.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { finite, integer, type Kinds, notNegative } from "./state.js";

export interface CosineAnnealingWarmRestartsOptions extends LRSchedulerOptions {
  /** How many times longer each fall is than the one before; a whole number. @default 1 */
  readonly tMult?: number;
  /** The least learning rate. @default 0 */
  readonly etaMin?: number;
}

type WarmRestartsState = { T_0: number; T_i: number; T_mult: number; eta_min: number; T_cur: number };

/**
 * Lets the learning rate fall to `etaMin` along half a wave of the cosine, again and again from the top (SGDR, Loshchilov and Hutter 2017).
 *
 *     lr = etaMin + (base − etaMin)·(1 + cos(π·T_cur/T_i))/2
 */
export class CosineAnnealingWarmRestarts extends LRScheduler<WarmRestartsState> {
  static override readonly name: string = "CosineAnnealingWarmRestarts";
  /** @param t0 how many epochs the first fall takes */
  constructor(optimizer: Optimizer, t0: number, options?: CosineAnnealingWarmRestartsOptions) {
    const where = "optim.lrScheduler.CosineAnnealingWarmRestarts";
    const { tMult, etaMin, lastEpoch } = checkOptions(where, options, { tMult: 1, etaMin: 0, lastEpoch: -1 });
    checkInteger(where, "t0", t0, { min: 1 });
    checkInteger(where, "tMult", tMult, { min: 1 });
    checkNumber(where, "etaMin", etaMin, { min: 0 });
    super(where, optimizer, { T_0: t0, T_i: t0, T_mult: tMult, eta_min: etaMin, T_cur: lastEpoch });
    this.start(lastEpoch);
  }

  protected override where(): string {
    return "optim.lrScheduler.CosineAnnealingWarmRestarts";
  }

  protected override ownKinds(): Kinds<WarmRestartsState> {
    return { T_0: integer(1), T_i: integer(1), T_mult: integer(1), eta_min: notNegative, T_cur: finite };
  }

  protected override nextLrs(): number[] {
    const { eta_min, base_lrs, T_cur, T_i } = this.state;
    const wave = 1 + core().cos64((Math.PI * T_cur) / T_i);
    return base_lrs.map((base) => eta_min + ((base - eta_min) * wave) / 2);
  }

  /**
   * Sets the learning rates of the next epoch.
   *
   * @param epoch another epoch instead, at least 0; parts of one may be given after each batch: `step(epoch + batch / batches)`
   */
  override step(epoch?: number): void {
    const { last_epoch } = this.state;
    if (epoch !== undefined) checkNumber("optim.lrScheduler.CosineAnnealingWarmRestarts.step", "epoch", epoch, { min: 0 });
    const target = epoch ?? (last_epoch < 0 ? 0 : undefined);
    this.setEpoch(target === undefined ? this.#following() : this.#at(target), () => this.nextLrs());
  }

  #following(): Partial<WarmRestartsState> & { last_epoch: number } {
    const { last_epoch, T_cur, T_i, T_mult } = this.state;
    const next = { last_epoch: last_epoch + 1, T_cur: T_cur + 1 };
    return next.T_cur < T_i ? next : { ...next, T_cur: next.T_cur % T_i, T_i: T_i * T_mult };
  }

  #at(epoch: number): Partial<WarmRestartsState> & { last_epoch: number } {
    const { T_0, T_mult } = this.state;
    const last_epoch = Math.floor(epoch);
    if (T_mult === 1) return { last_epoch, T_cur: epoch % T_0, T_i: T_0 };
    let [start, size] = [0, T_0];
    while (epoch >= start + size) {
      start += size;
      size *= T_mult;
    }
    return { last_epoch, T_cur: epoch - start, T_i: size };
  }
}
