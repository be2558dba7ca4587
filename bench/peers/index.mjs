// All there are, in the order in which they are shown. A peer loads when it is asked for: what is missing is left out, and said.

/**
 * @typedef {{ cell: "LSTM" | "GRU" | "RNN", mode: "train" | "forward", sizes: import("../cases.mjs").Sizes }} Line what is measured
 * @typedef {object} Peer
 * @property {string} key as `--peers` names it
 * @property {string} name
 * @property {() => string | Promise<string>} load says version and settings, or throws what is missing
 * @property {(line: Line) => import("../measure/turns.mjs").Contestant[] | Promise<import("../measure/turns.mjs").Contestant[]>} contestants
 *   none if it does not do that
 * @property {() => void} [unload]
 */

const load = {
  torch1: async () => (await import("./torch.mjs")).oneThread,
  torch: async () => (await import("./torch.mjs")).byDefault,
  onnxruntime: () => import("./onnxruntime.mjs"),
  jax: () => import("./jax.mjs"),
  "tfjs-wasm": async () => (await import("./tfjs.mjs")).wasm,
  "tfjs-cpu": async () => (await import("./tfjs.mjs")).cpu,
  brain: () => import("./brain.mjs"),
};

export const PEERS = Object.keys(load);

/** The peers of those names that could be loaded, what they say of themselves, and why others could not be. */
export async function loadPeers(keys) {
  const peers = [];
  const software = [];
  const missing = [];
  for (const key of keys) {
    try {
      const peer = await load[key]();
      software.push(await peer.load());
      peers.push(peer);
    } catch (error) {
      missing.push(`${key}: ${error.message}`);
    }
  }
  return { peers, software, missing };
}
