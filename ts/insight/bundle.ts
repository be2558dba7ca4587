// What dist/insight.js is made of. It reaches all that `unrolled` has: esbuild makes a file of its own of whatever a different set of entries uses, and a
// page that wants nothing of this would fetch two files instead of one, which are 2 KB longer when they are compressed.

export * as unrolled from "../index.js";
export * from "./index.js";
