// Compiled, never run: what TypeScript knows of datasets and their batches.

import { data, nn, type Tensor } from "unrolled";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T => true as T;

/** Batches of tensors have a tensor for each. */
export function tensors(x: Tensor, y: Tensor): void {
  const dataset = new data.TensorDataset(x, y);
  holds<Equal<ReturnType<typeof dataset.get>, [Tensor, Tensor]>>();
  for (const batch of new data.DataLoader(dataset, { batchSize: 2 })) holds<Equal<typeof batch, [Tensor, Tensor]>>();
  const [part] = data.randomSplit(dataset, [0.5, 0.5]);
  for (const [input] of new data.DataLoader(part)) holds<Equal<typeof input, Tensor>>();
  const both = new data.ConcatDataset([dataset, dataset]);
  for (const [input] of new data.DataLoader(both)) holds<Equal<typeof input, Tensor>>();
}

interface Sample {
  readonly tokens: Int32Array;
  readonly label: number;
  readonly isLast: boolean;
  readonly text: string;
  readonly nested: readonly [Tensor, { readonly weight: number }];
}

interface Batch {
  tokens: Tensor;
  label: Tensor;
  isLast: Tensor;
  text: string[];
  nested: [Tensor, { weight: Tensor }];
}

/** What the default collate makes of everything, of values and of promises. */
export async function collated(dataset: data.Dataset<Sample>, promised: data.Dataset<Promise<Sample>>, list: Sample[]): Promise<void> {
  for (const batch of new data.DataLoader(dataset)) holds<Equal<typeof batch, Batch>>();
  for (const batch of new data.DataLoader(list)) holds<Equal<typeof batch, Batch>>();
  for await (const batch of new data.DataLoader(promised, { shuffle: true })) holds<Equal<typeof batch, Batch>>();
  const sum = data.defaultCollate([1, 2]);
  holds<Equal<typeof sum, Tensor>>();
}

/** A collate function sees samples, no promises, and says what a batch is. */
export async function custom(promised: data.Dataset<Promise<[Tensor, number]>>): Promise<void> {
  const loader = new data.DataLoader(promised, {
    collate: async (samples) => {
      holds<Equal<typeof samples, [Tensor, number][]>>();
      return { padded: nn.utils.rnn.padSequence(samples.map(([sequence]) => sequence)), labels: samples.map(([, label]) => label) };
    },
  });
  for await (const batch of loader) holds<Equal<typeof batch, { padded: Tensor; labels: number[] }>>();
}

/** What must not compile. */
export function refused(dataset: data.Dataset<number>): void {
  // @ts-expect-error PyTorch's spelling of an option
  new data.DataLoader(dataset, { batch_size: 2 });
  // @ts-expect-error a dataset has get
  new data.DataLoader({ length: 2 });
  // @ts-expect-error samples are numbers
  new data.DataLoader(dataset, { collate: (samples: string[]) => samples });
  // @ts-expect-error a dataset is of tensors
  new data.TensorDataset([1, 2]);
}
