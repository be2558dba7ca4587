import { backend } from "unrolled";
import { train } from "./train.js";

// Before any request, without `await`.
const atOnce = backend().source;

const worker = {
  fetch: (): Promise<Response> =>
    train().then(
      (trained) => Response.json({ atOnce, ...trained }),
      (error: Error) => Response.json({ error: `${error.name}: ${error.message}` }),
    ),
};

// biome-ignore lint/style/noDefaultExport: it is how workerd finds it
export default worker;
