import { tensor } from "unrolled";
import { train } from "./train.js";

// Before any request, without `await`.
const two = tensor([1, 1]).sum().item();

const worker = {
  fetch: async (): Promise<Response> => Response.json({ two, ...(await train()) }),
};

// biome-ignore lint/style/noDefaultExport: it is how workerd finds it
export default worker;
