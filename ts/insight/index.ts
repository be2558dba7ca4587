/** What backpropagation through time does, and what the gates do. It shares its core with `unrolled`. */

export type { GateName } from "../nn/recurrent/gates.js";
export { drawPicture } from "../chart/index.js";
