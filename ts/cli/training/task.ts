import type { nn, Tensor } from "unrolled";

/** Something to learn: what a batch is and how good the model is at others. */
export interface Task {
  readonly model: nn.Module;
  /** What is counted for the throughput: "windows", "characters". */
  readonly unit: string;
  /** How many batches an epoch has. */
  readonly batches: number;
  /** Before the first batch of an epoch: draws its order, forgets what was carried over. */
  beginEpoch(): void;
  /** The loss of a batch, to be minimized. */
  loss(batch: number): Tensor;
  /** How many units a batch has. */
  units(batch: number): number;
  /** The loss on what is not learned from. Yields now and then, so that a signal can be seen; changes nothing. */
  validate(): Generator<void, number, void>;
  /** All that an epoch which has begun needs to go on: tensors, typed arrays and what JSON can hold. */
  state(): unknown;
  /** Goes on from what `state` gave. */
  loadState(state: unknown): void;
}
