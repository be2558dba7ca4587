/** Chromium, and what a page says in it. */

import { type Browser, chromium } from "playwright-core";
import { findChromium } from "../../../scripts/lib/browser.mjs";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Why there is no Chromium; undefined if there is one. */
export const noChromium: string | undefined = findChromium() ? undefined : "no Chromium: install one, or set CHROMIUM to the path of one";

export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("a Chromium must be installed, got none: install one, or set CHROMIUM to the path of one");
  return chromium.launch({ executablePath, args: FLAGS });
}

/** What a page has printed. */
export interface Said {
  /** What follows `result` in a line of its own: JSON. */
  readonly result: unknown;
  readonly warnings: readonly string[];
}

/** Opens a page and waits until it prints `result …`. An error that nobody caught, or a line `failed …`, is an error here. */
export async function open(browser: Browser, url: string): Promise<Said> {
  const tab = await browser.newPage();
  const warnings: string[] = [];
  try {
    const result = await new Promise<unknown>((resolve, reject) => {
      tab.on("pageerror", reject);
      tab.on("crash", () => reject(new Error("the page crashed")));
      tab.on("console", (message) => {
        const text = message.text();
        if (message.type() === "warning") warnings.push(text);
        if (text.startsWith("result ")) resolve(JSON.parse(text.slice("result ".length)));
        if (text.startsWith("failed ")) reject(new Error(text.slice("failed ".length)));
      });
      tab.goto(url).catch(reject);
      setTimeout(() => reject(new Error(`no result after 60 s; warnings: ${warnings.join("\n")}`)), 60_000).unref();
    });
    return { result, warnings };
  } finally {
    await tab.close();
  }
}
