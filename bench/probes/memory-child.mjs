// One net alone in a process: some training steps, then what memory there is.

import { backend } from "unrolled";
import { unrolled } from "../peers/unrolled.mjs";

const atFirst = { core: backend().memoryBytes, process: 1024 * process.resourceUsage().maxRSS };
const [{ sample }] = unrolled.contestants(JSON.parse(process.argv[2]));
for (let step = 0; step < 3; step++) await sample(0);
console.log(JSON.stringify({ core: backend().memoryBytes, process: 1024 * process.resourceUsage().maxRSS, atFirst }));
