/** Before the tests of the page: builds the package and the page. */

import { run } from "../packaging/programs.js";

export default function setup(): void {
  run(process.execPath, ["scripts/build.mjs"]);
  run(process.execPath, ["scripts/site.mjs", "build"]);
}
