// Which function belongs to which phase of a training step.

/** In the order in which a step goes through them. */
export const PHASES = [
  "pack",
  "input product",
  "recurrent product",
  "cell",
  "loss",
  "backward: recurrent product",
  "backward: cell",
  "weight gradients",
  "input gradient",
  "optimizer",
  "copy",
  "garbage collection",
  "rest",
];

/** Functions of the core that compute products of matrices, for whatever phase. */
export const PRODUCT = /\bgemm::/;

/**
 * The innermost function of a stack that stands here says the phase; what has none here is the rest: the tape, checks, and what the engine does.
 *
 * - `where` in the core (its functions by their names in Rust, its exports by theirs), in JavaScript (which esbuild may have numbered), or the engine
 * - `phase` undefined: no part of the step
 * - `product` the phase instead, if it is a product of matrices that the function has called
 */
export const TABLE = [
  { where: "core", name: /^network_pack$/, phase: "pack" },
  { where: "core", name: /::input_product$/, phase: "input product" },
  // Besides the product and the cell, a step copies: the state for backward, and the output.
  { where: "core", name: /::step$/, phase: "copy", product: "recurrent product" },
  { where: "core", name: /::cell$/, phase: "cell" },
  { where: "core", name: /^mse_loss(_backward)?$/, phase: "loss" },
  { where: "core", name: /::step_backward$/, phase: "backward: cell", product: "backward: recurrent product" },
  { where: "core", name: /::accumulate$/, phase: "weight gradients" },
  { where: "core", name: /::input_gradient$/, phase: "input gradient" },
  { where: "core", name: /^network_forward$/, phase: "copy" },
  // It adds the gradient of a step's output to that of the state.
  { where: "core", name: /^network_backward$/, phase: "backward: cell" },
  { where: "core", name: /^adam$/, phase: "optimizer" },
  { where: "script", name: /^#?pack(For)?$/, phase: "pack" },
  { where: "script", name: /^(distanceLoss|computeLoss)$/, phase: "loss" },
  { where: "script", name: /^(step|zeroGrad)$/, phase: "optimizer" },
  { where: "script", name: /^(copyOut|put|putRows|placeRows|takeRows)$/, phase: "copy" },
  { where: "engine", name: /^\(garbage collector\)$/, phase: "garbage collection" },
  { where: "engine", name: /^\(idle\)$/, phase: undefined },
  // The profiler's own: starting and stopping it.
  { where: "script", name: /^(post|dispatch)$/, phase: undefined },
];
