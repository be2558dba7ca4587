// Shows what goes into nn.RNN, what comes out, and how the two outputs hang together. Run by `npm run example -- shapes`.

import { example } from "../example.js";
import { shapes } from "./shapes.js";

await example("shapes", ({ say }) => ({ result: shapes(say) }));
