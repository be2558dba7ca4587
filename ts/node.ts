/** Files, for Node, Deno and Bun. It shares its core with `unrolled`. */

export { loadCheckpoint, saveCheckpoint } from "./node/checkpoint.js";
export { loadFile, saveFile } from "./node/safetensors.js";
