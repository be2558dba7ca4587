/** Sequences of different lengths, and spans of time. */

export { detachState } from "./detach-state.js";
export { type PackOptions, packPaddedSequence } from "./pack-padded-sequence.js";
export { PackedSequence } from "./packed-sequence.js";
export { type PadPackedOptions, padPackedSequence } from "./pad-packed-sequence.js";
export { type SpansOptions, spans } from "./spans.js";
