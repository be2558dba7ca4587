/** Pages that were built: opened in Chromium, under a strict content security policy. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launchChromium, noChromium, open, type Said } from "./browser.js";
import { type ServeOptions, serveFolder } from "./server.js";

let browser: Browser | undefined;

/** Has a Chromium for the tests of this file. */
export function withChromium(): void {
  beforeAll(async () => {
    if (noChromium === undefined) browser = await launchChromium();
  });
  afterAll(() => browser?.close());
}

/** What a page at this URL says. */
export async function openInChromium(url: string): Promise<Said> {
  return open(browser as Browser, url);
}

/** What the page in a folder says, and what it has asked for. */
export async function openFolder(
  folder: string,
  options: ServeOptions & { readonly query?: string } = {},
): Promise<Said & { readonly asked: readonly string[] }> {
  const files = await serveFolder(folder, options);
  try {
    return { ...(await openInChromium(files.url + (options.query ?? ""))), asked: files.asked };
  } finally {
    await files.close();
  }
}

/** Whether a core was fetched: those that were asked for, with their status. */
export function coresOf(asked: readonly string[]): string[] {
  return asked.filter((path) => /\.wasm \d+$/.test(path)).map((path) => path.replace(/^.*\//, ""));
}
