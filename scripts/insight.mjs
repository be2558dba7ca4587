// `npm run insight`, after ensure.mjs.

import { runExample } from "./lib/example.mjs";

await runExample("insight");
