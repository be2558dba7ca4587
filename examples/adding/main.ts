// Teaches networks to add two numbers that are hundreds of steps apart. Run by `npm run example -- adding`.

import { example } from "../example.js";
import { adding } from "./adding.js";
import { chart } from "./chart.js";

await example("adding", (settings) => {
  const runs = adding(settings);
  return { result: { runs: runs.map(({ curve, ...run }) => run) }, picture: () => chart(runs) };
});
