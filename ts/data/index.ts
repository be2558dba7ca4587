/** Datasets, and batches of them. */

export { BatchSampler } from "./batch-sampler.js";
export { ConcatDataset } from "./concat-dataset.js";
export { DataLoader } from "./data-loader.js";
export type { Dataset, Samples } from "./dataset.js";
export { type Collated, defaultCollate } from "./default-collate.js";
export type { DataLoaderOptions } from "./loader-options.js";
export { type RandomSplitOptions, randomSplit } from "./random-split.js";
export {
  RandomSampler,
  type RandomSamplerOptions,
  type Sampler,
  SequentialSampler,
  type Sized,
  SubsetRandomSampler,
  type SubsetRandomSamplerOptions,
} from "./sampler.js";
export { Subset } from "./subset.js";
export { TensorDataset } from "./tensor-dataset.js";
