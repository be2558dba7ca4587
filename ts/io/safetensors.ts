/**
 * The safetensors format: names, shapes and values of tensors, and nothing that could run.
 *
 *     8 bytes   length of the header, little endian
 *     header    JSON in UTF-8: { "name": { "dtype", "shape", "data_offsets": [start, end] }, …, "__metadata__"?: { text: text } }
 *     data      the values in row-major order, little endian, tensor after tensor without a gap
 *
 * https://github.com/huggingface/safetensors; checks and bytes are those of its Python package, but a name that comes twice is refused here.
 */

export { load, metadata } from "./safetensors/load.js";
export { type SaveOptions, save } from "./safetensors/save.js";
