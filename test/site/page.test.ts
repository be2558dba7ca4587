import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FolderServer } from "../../scripts/site/server.mjs";
import { inRepository } from "../packaging/programs.js";
import { launch, serve, visit, waitForText } from "./browser.js";

const PANELS = ["text", "series", "memory", "twin", "speed"];

let browser: Browser;
let server: FolderServer;

beforeAll(async () => {
  [browser, server] = [await launch(), await serve()];
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const axe: string = readFileSync(createRequire(inRepository("site/package.json")).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds amiss, a line each. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
  });
  return found;
}

test.each([
  { name: "light", options: { colorScheme: "light" } },
  { name: "dark", options: { colorScheme: "dark" } },
  { name: "phone", options: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 } },
] as const)("has nothing that keeps people out: $name", async ({ options }) => {
  const { page, complaints } = await visit(browser, server.url, options);
  expect(await violations(page)).toEqual([]);
  await page.fill("#text-hidden", "8");
  await page.click("#text-go");
  await waitForText(page, "#text-now", /[\s\S]{20}/);
  await page.click("#text-go");
  await page.click("#text-liveliest");
  expect(await violations(page)).toEqual([]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBe(0);
  for (const id of PANELS) {
    const box = await page.locator(`#${id}`).boundingBox();
    expect((box?.x ?? -1) >= 0 && (box?.width ?? 9999) <= page.viewportSize()!.width).toBe(true);
  }
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("is used by keyboard alone, with a focus that can be seen", async () => {
  const { page } = await visit(browser, server.url);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the panels");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("text-go");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
  expect(outline).toBe("solid");
  await page.keyboard.press("Enter");
  await waitForText(page, "#text-go", /^Pause$/);
  await page.keyboard.press("Space");
  await waitForText(page, "#text-go", /^Go on learning$/);
  // Everything that can be pressed or filled in is reached, and has a name.
  const reached = new Set<string>();
  for (let count = 0; count < 80; count++) {
    await page.keyboard.press("Tab");
    const id = await page.evaluate(() => document.activeElement?.id ?? "");
    if (id) reached.add(id);
  }
  for (const id of [
    "text-temperature",
    "text-unit",
    "text-write",
    "text-file",
    "text-model",
    "series-file",
    "series-go",
    "memory-go",
    "twin-go",
    "speed-go",
  ]) {
    if (id !== "text-file") expect(reached, id).toContain(id);
  }
  await page.context().close();
});

test("is as dark as the system, until somebody chooses; the choice lasts", async () => {
  const { page } = await visit(browser, server.url, { colorScheme: "dark" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.getByRole("button", { name: "Dark theme" }).click();
  const light = await ground();
  expect([dark, light]).toEqual(["rgb(20, 23, 27)", "rgb(251, 250, 247)"]);
  await page.reload();
  expect(await ground()).toBe(light);
  await page.context().close();
});

test("sends nothing anywhere, and could not", async () => {
  const { page, requests } = await visit(browser, server.url);
  await waitForText(page, "#offline", /^All of it is here now/);
  await page.getByRole("radio", { name: "Your own" }).click();
  await page.fill("#text-own", "a secret ".repeat(100));
  await page.fill("#text-hidden", "8");
  await page.click("#text-go");
  await waitForText(page, "#text-bits", /\d/);
  await page.setInputFiles("#series-file", {
    name: "secret.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("a\n".concat("1\n2\n".repeat(50)).replace("a", "when,a").replaceAll(/^(\d)/gm, "x,$1")),
  });
  await waitForText(page, "#series-status", /^Read secret\.csv/);
  const origin = new URL(server.url).origin;
  expect(requests.every((request) => request.startsWith(`GET ${origin}/any/folder/`))).toBe(true);
  expect(server.requests.every((request) => request.startsWith("GET /any/folder/"))).toBe(true);
  const policy = (await page.getAttribute("meta[http-equiv=Content-Security-Policy]", "content")) ?? "";
  expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval';/);
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:/);
  const outside = await page.evaluate(async () => {
    const blocked = new Promise((resolve) =>
      document.addEventListener("securitypolicyviolation", ({ violatedDirective }) => resolve(violatedDirective)),
    );
    await fetch("http://127.0.0.1:9/").catch(() => undefined);
    return blocked;
  });
  expect(outside).toBe("connect-src");
  expect(await page.textContent("footer")).toContain("Nothing leaves your browser.");
  await page.context().close();
});

test("moves nothing where nothing is to move", async () => {
  const { page } = await visit(browser, server.url, { reducedMotion: "reduce" });
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior)).toBe("auto");
  await page.fill("#text-hidden", "8");
  await page.click("#text-go");
  // A page of text comes as a whole.
  const first = await page.waitForFunction(() => document.querySelector("#text-now")?.textContent?.length || undefined, undefined, {
    timeout: 60_000,
  });
  expect(await first.jsonValue()).toBeGreaterThan(400);
  await page.context().close();
});
