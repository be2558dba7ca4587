/** What backpropagation through time does, and what the gates do. It shares its core with `unrolled`. */

export type { GateName } from "../nn/recurrent/gates.js";
export type { GateSummary } from "./bptt/gates.js";
export type { BpttLayer, GateReport } from "./bptt/layers.js";
export type { ParameterGradient } from "./bptt/parameters.js";
export type { Reach } from "./bptt/reach.js";
export { type BpttOptions, BpttReport, bpttReport } from "./bptt/report.js";
export type { Verdict } from "./bptt/verdict.js";
