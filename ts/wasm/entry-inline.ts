/** unrolled with the core as text inside: needs no file and no permission (Deno), and survives every bundler. */

import * as bytes from "./bytes-inline.js";
import { setLoader } from "./core.js";
import { compileInline } from "./inline.js";

setLoader({
  compileNow: (level) => compileInline(bytes, level),
  compile: async (level) => compileInline(bytes, level),
});

export * from "../index.js";
