/** Optimizers: what changes parameters, given their gradients. */

export { Adadelta, type AdadeltaOptions } from "./adadelta.js";
export { Adagrad, type AdagradOptions } from "./adagrad.js";
export { Adam, type AdamOptions } from "./adam.js";
export { AdamW, type AdamWOptions } from "./adam-w.js";
export { Adamax, type AdamaxOptions } from "./adamax.js";
export * as lrScheduler from "./lr-scheduler/index.js";
export { NAdam, type NAdamOptions } from "./n-adam.js";
export { Optimizer } from "./optimizer.js";
export type { Group, GroupOptions, ParamGroup, Params } from "./params.js";
export { RAdam, type RAdamOptions } from "./r-adam.js";
export { RMSprop, type RMSpropOptions } from "./rms-prop.js";
export { Rprop, type RpropOptions } from "./rprop.js";
export { SGD, type SGDOptions } from "./sgd.js";
export type { OptimizerStateDict, OptimizerStateSource, State } from "./state.js";
