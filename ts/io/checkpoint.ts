/**
 * Checkpoints: all that training needs to go on, bit for bit, as one safetensors file.
 *
 *     model.…                   the model's parameters and buffers, by their keys in its state dict
 *     optimizer.state.0.…       the tensors that are kept for a parameter, by its number over all groups
 *     state.…                   the tensors in `state`, by where they are
 *     generator                 the state of the random generator: PyTorch's bytes
 *     __metadata__              format, version; JSON: optimizer, scheduler, state, epoch, extra
 */

export type { Stateful } from "./checkpoint/format.js";
export { type Loaded, load, type Targets } from "./checkpoint/load.js";
export { type Contents, save } from "./checkpoint/save.js";
