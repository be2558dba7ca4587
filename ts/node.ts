/** Files, for Node, Deno and Bun. It shares its core with `unrolled`. */

export { loadFile, saveFile } from "./node/safetensors.js";
