/** Firefox as it is, without a driver: it speaks WebDriver BiDi itself. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFirefox } from "../../../scripts/lib/browser.mjs";

/** Opens a page and waits until it prints `result …`: the JSON after that. */
export async function openInFirefox(url: string): Promise<unknown> {
  const { launch } = await import("puppeteer-core");
  const userDataDir = mkdtempSync(join(tmpdir(), "unrolled-firefox-"));
  const browser = await launch({ browser: "firefox", executablePath: findFirefox() as string, headless: true, userDataDir });
  try {
    const page = await browser.newPage();
    return await new Promise((resolve, reject) => {
      page.on("pageerror", reject);
      page.on("console", (message) => {
        const text = message.text();
        if (text.startsWith("result ")) resolve(JSON.parse(text.slice("result ".length)));
        if (text.startsWith("failed ")) reject(new Error(text.slice("failed ".length)));
      });
      page.goto(url).catch(reject);
      setTimeout(() => reject(new Error("no result after 60 s")), 60_000).unref();
    });
  } finally {
    await browser.close();
    rmSync(userDataDir, { recursive: true, force: true });
  }
}
