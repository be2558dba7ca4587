/** The public API of unrolled. */

export { isGradEnabled, noGrad } from "./autograd/mode.js";
export {
  DTypeError,
  FormatError,
  InternalError,
  OptionError,
  OutOfMemoryError,
  ShapeError,
  StateDictError,
  UnrolledError,
} from "./errors.js";
export type { DType } from "./tensor/dtype.js";
export { type NestedNumbers, Tensor } from "./tensor/tensor.js";
export { type Backend, backend, type InitOptions, init } from "./wasm/core.js";
