// Called before a program that imports the built package, such as the demo: sets up and builds what is missing, says nothing if nothing is.

import { build } from "./build.mjs";
import { main } from "./lib/steps.mjs";
import { setup } from "./setup.mjs";

await main(async () => {
  await setup({ forTests: false });
  await build();
});
