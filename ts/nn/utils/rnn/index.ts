/** Sequences of different lengths, and spans of time. */

export { detachState } from "./detach-state.js";
export { type PackOptions, packPaddedSequence } from "./pack-padded-sequence.js";
export { type PackSequenceOptions, packSequence } from "./pack-sequence.js";
export { PackedSequence } from "./packed-sequence.js";
export { type PadPackedOptions, padPackedSequence } from "./pad-packed-sequence.js";
export { type PadOptions, padSequence } from "./pad-sequence.js";
export { type SpansOptions, spans } from "./spans.js";
export { type UnpadOptions, unpackSequence, unpadSequence } from "./unpad-sequence.js";
