// `npm run demo`, after ensure.mjs.

import { runExample } from "./lib/example.mjs";

await runExample("moby-dick");
