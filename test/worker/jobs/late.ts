import { serve } from "unrolled/worker";

// As `await init()` would: what is posted till then is lost in a browser.
await new Promise((resolve) => setTimeout(resolve, 50));

export async function* late(): AsyncGenerator<string, void, undefined> {
  yield "late";
}

serve(late);
