// Shows how far gradients go back through time in six networks. Run by `npm run example -- gradients`.

import { example } from "../example.js";
import { chart } from "./chart.js";
import { reach } from "./reach.js";

await example("gradients", (settings) => {
  const found = reach(settings);
  return { result: { nets: found.map(({ norms, ...rest }) => rest) }, picture: () => chart(found) };
});
