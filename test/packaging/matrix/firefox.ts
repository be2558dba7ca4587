/** Firefox as it is, without a driver: it speaks WebDriver BiDi itself. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFirefox } from "../../../scripts/lib/browser.mjs";
import { missing } from "../support/matrix.js";

/** Why there is no Firefox; undefined if there is one. */
export const noFirefox: string | undefined = findFirefox()
  ? missing("test/packaging/matrix/node_modules/puppeteer-core", "puppeteer-core")
  : "no Firefox: install one, or set FIREFOX to the path of one";

/** Opens a page and waits until it prints `result …`: the JSON after that. Firefox tells the page of what goes wrong in its Workers, too, so that is no error here. */
export async function openInFirefox(url: string): Promise<unknown> {
  const { launch } = await import("puppeteer-core");
  const userDataDir = mkdtempSync(join(tmpdir(), "unrolled-firefox-"));
  const browser = await launch({ browser: "firefox", executablePath: findFirefox() as string, headless: true, userDataDir });
  try {
    const page = await browser.newPage();
    return await new Promise((resolve, reject) => {
      const errors: unknown[] = [];
      page.on("pageerror", (error) => errors.push(error));
      page.on("console", (message) => {
        const text = message.text();
        if (text.startsWith("result ")) resolve(JSON.parse(text.slice("result ".length)));
        if (text.startsWith("failed ")) reject(new Error(text.slice("failed ".length)));
      });
      page.goto(url).catch(reject);
      setTimeout(() => reject(new AggregateError(errors, `no result after 60 s; errors: ${errors.join("\n")}`)), 60_000).unref();
    });
  } finally {
    await browser.close();
    rmSync(userDataDir, { recursive: true, force: true });
  }
}
