/** Networks and what they are made of. */

export { type DimArgument, GELU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Tanh } from "./activation.js";
export { Dropout } from "./dropout.js";
export { Embedding, type EmbeddingOptions } from "./embedding.js";
export { Flatten, type FlattenOptions } from "./flatten.js";
export * as functional from "./functional.js";
export { GRU, type GRUOptions } from "./gru.js";
export * as init from "./init.js";
export { Linear, type LinearOptions } from "./linear.js";
export { BCELoss } from "./loss/bce-loss.js";
export { BCEWithLogitsLoss } from "./loss/bce-with-logits-loss.js";
export { CrossEntropyLoss } from "./loss/cross-entropy-loss.js";
export { HuberLoss, type HuberLossOptions } from "./loss/huber-loss.js";
export { KLDivLoss } from "./loss/kl-div-loss.js";
export { L1Loss } from "./loss/l1-loss.js";
export { MSELoss } from "./loss/mse-loss.js";
export { NLLLoss } from "./loss/nll-loss.js";
export { SmoothL1Loss, type SmoothL1LossOptions } from "./loss/smooth-l1-loss.js";
export { LSTM, type LSTMOptions, type LSTMState } from "./lstm.js";
export { Module } from "./module.js";
export { ModuleDict } from "./module-dict.js";
export { ModuleList } from "./module-list.js";
export { Parameter } from "./parameter.js";
export type { RecurrentOptions } from "./recurrent/sizes.js";
export { RNN, type RNNOptions } from "./rnn.js";
export { type Layer, Sequential } from "./sequential.js";
export type { LoadResult, PlainTensor, StateDict } from "./state-dict.js";
export * as utils from "./utils/index.js";
