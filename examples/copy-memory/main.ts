// Teaches networks to write down, much later, what they have read. Run by `npm run example -- copy-memory`.

import { example } from "../example.js";
import { chart } from "./chart.js";
import { copying } from "./copying.js";

await example("copy-memory", (settings) => {
  const { runs, ...task } = copying(settings);
  return { result: { ...task, runs: runs.map(({ curve, ...run }) => run) }, picture: () => chart({ ...task, runs }) };
});
