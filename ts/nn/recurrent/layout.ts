/**
 * How a batch of sequences lies in time: the rows of step 0, then those of step 1, …; longer sequences first, so that the rows of a step
 * are the first ones of the batch.
 */
export interface Layout {
  readonly steps: number;
  readonly batch: number;
  /** Rows of all steps. */
  readonly rows: number;
  /** `[T + 1]` the first row of each step, and `rows`. */
  readonly offsets: Int32Array;
  /** Whether the tensors have the batch before time; then all sequences are of one length. */
  readonly batchFirst: boolean;
}

/** Sequences of one length. */
export function evenLayout(steps: number, batch: number, batchFirst: boolean): Layout {
  const offsets = new Int32Array(steps + 1);
  for (let t = 0; t <= steps; t++) offsets[t] = t * batch;
  // With one sequence, or one step, both orders are the same rows.
  return { steps, batch, rows: steps * batch, offsets, batchFirst: batchFirst && steps > 1 && batch > 1 };
}

/** `batch` sequences of any lengths; `batchSizes` says how many have each step, and never grows. */
export function packedLayout(batchSizes: readonly number[], batch: number): Layout {
  const offsets = new Int32Array(batchSizes.length + 1);
  for (const [t, size] of batchSizes.entries()) offsets[t + 1] = (offsets[t] as number) + size;
  return { steps: batchSizes.length, batch, rows: offsets[batchSizes.length] as number, offsets, batchFirst: false };
}
