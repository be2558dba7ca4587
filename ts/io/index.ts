/** Reading and writing what others read and write, and what training goes on from. */

export * as checkpoint from "./checkpoint.js";
export * as safetensors from "./safetensors.js";
