// `npm run twin`, after ensure.mjs.

import { runExample } from "./lib/example.mjs";

await runExample("twin");
