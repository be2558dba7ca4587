/** A browser that shows the page, and what the tests of its panels have in common. */

import { type Browser, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { findChromium } from "../../scripts/lib/browser.mjs";
import { type FolderServer, serveFolder } from "../../scripts/site/server.mjs";
import { inRepository } from "../packaging/programs.js";

const QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Until something is learned: other programs may have the machine, too. */
export const PATIENCE = 90_000;

export async function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("a Chromium must be installed, got none: install one, or set CHROMIUM to the path of one");
  return chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu", ...QUIET] });
}

/** The page as a server has it that knows nothing of it, in a folder. */
export function serve(port?: number): Promise<FolderServer> {
  return serveFolder(inRepository("site/dist"), "/any/folder/", port);
}

export interface Visit {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, and what the policy has blocked. */
  readonly complaints: string[];
  /** Method and address of everything that was asked for. */
  readonly requests: string[];
}

type ContextOptions = Parameters<Browser["newContext"]>[0];

/** A new visitor, who has nothing kept of the page. */
export async function visit(browser: Browser, url: string, options: ContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error.stack)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  context.on("request", (request) => requests.push(`${request.method()} ${request.url()}`));
  await page.goto(url);
  return { page, complaints, requests };
}

/** Waits until the text of an element fits. */
export async function waitForText(page: Page, selector: string, expected: RegExp, timeout = PATIENCE): Promise<string> {
  const { source, flags } = expected;
  await page.waitForFunction(
    ([where, text, how]) => new RegExp(text as string, how).test(document.querySelector(where as string)?.textContent ?? ""),
    [selector, source, flags],
    { timeout, polling: 100 },
  );
  return (await page.textContent(selector)) ?? "";
}

/** The number that an element shows. */
export async function numberIn(page: Page, selector: string): Promise<number> {
  return Number(((await page.textContent(selector)) ?? "").replaceAll(",", ""));
}

/** The message beside a field, as the field itself names it. */
export async function messageOf(page: Page, field: string): Promise<string> {
  const ids = (await page.getAttribute(field, "aria-describedby")) ?? "";
  const error = ids.split(" ").find((id) => id.endsWith("-error"));
  expect(error, `${field} must be described by its message`).toBeDefined();
  return (await page.textContent(`#${error}`)) ?? "";
}

/** Drops a file on an element, as a file manager does. */
export async function drop(page: Page, selector: string, name: string, content: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([file, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text as string], file as string));
      return transfer;
    },
    [name, content],
  );
  await page.dispatchEvent(selector, "dragover", { dataTransfer: data });
  await page.dispatchEvent(selector, "drop", { dataTransfer: data });
}
