// Trains the same network with and without clipping its gradients. Run by `npm run example -- clipping`.

import { example } from "../example.js";
import { chart } from "./chart.js";
import { clipping } from "./clipping.js";

await example("clipping", (settings) => {
  const runs = clipping(settings);
  return { result: { runs: runs.map(({ points, ...run }) => run) }, picture: () => chart(runs) };
});
