/** Reading and writing what others read and write. */

export * as safetensors from "./safetensors.js";
