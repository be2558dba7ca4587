/** What backpropagation through time does, and what the gates do. It shares its core with `unrolled`. */

export type { GateName } from "../nn/recurrent/gates.js";
export type { LayerTrace } from "./layer-trace.js";
export { InputSaliency, inputSaliency, type SaliencyOptions } from "./saliency.js";
export { type Runnable, Trace, type TraceSVGOptions, trace } from "./trace.js";
