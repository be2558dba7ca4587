/** What backpropagation through time does, and what the gates do. It shares its core with `unrolled`. */

export type { GateName } from "../nn/recurrent/gates.js";
export type { GateSummary } from "./bptt/gates.js";
export type { BpttLayer, GateReport } from "./bptt/layers.js";
export type { NonFinite } from "./bptt/non-finite.js";
export type { ParameterGradient } from "./bptt/parameters.js";
export type { Reach } from "./bptt/reach.js";
export { type BpttOptions, BpttReport, bpttReport } from "./bptt/report.js";
export type { Verdict } from "./bptt/verdict.js";
export type { LayerTrace } from "./layer-trace.js";
export { InputSaliency, inputSaliency, type SaliencyOptions } from "./saliency.js";
export { CellText, type CellTextOptions, type CellTextSVGOptions, cellText } from "./text/cell-text.js";
export type { Feature } from "./text/features.js";
export { type FindUnitsOptions, findUnits, type TrackingUnit, UnitSearch } from "./text/find-units.js";
export type { Reader, ReadOptions } from "./text/read.js";
export { type Runnable, Trace, type TraceSVGOptions, trace } from "./trace.js";
export type { Alert } from "./watch/alerts.js";
export type { LayerLook } from "./watch/look.js";
export { type Look, Watch, type WatchOptions, watch } from "./watch/watch.js";
