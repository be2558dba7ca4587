/** The public API of unrolled. */

export { type AnomalyOptions, detectAnomaly } from "./anomaly/detect.js";
export { isGradEnabled, noGrad } from "./autograd/mode.js";
export * as data from "./data/index.js";
export {
  AnomalyError,
  DTypeError,
  FormatError,
  InternalError,
  OptionError,
  OutOfMemoryError,
  ShapeError,
  StateDictError,
  UnrolledError,
} from "./errors.js";
export * as io from "./io/index.js";
export * as nn from "./nn/index.js";
export * as optim from "./optim/index.js";
export { Generator, getRngState, manualSeed, setRngState } from "./random/generator.js";
export {
  arange,
  type CreateOptions,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  type TensorLike,
  type TensorOptions,
  tensor,
  zeros,
  zerosLike,
} from "./tensor/create.js";
export type { DType } from "./tensor/dtype.js";
export type { ValuesAndIndices } from "./tensor/extremes.js";
export { where } from "./tensor/indexing.js";
export { cat, stack } from "./tensor/join.js";
export { rand, randint, randintLike, randLike, randn, randnLike, randperm } from "./tensor/random.js";
export { type NestedNumbers, Tensor } from "./tensor/tensor.js";
export { type Backend, backend, type InitOptions, init } from "./wasm/core.js";
