import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { io } from "unrolled";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FolderServer } from "../../scripts/site/server.mjs";
import { launch, messageOf, numberIn, PATIENCE, serve, visit, waitForText } from "./browser.js";

let browser: Browser;
let server: FolderServer;

beforeAll(async () => {
  [browser, server] = [await launch(), await serve()];
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Bits per character of unseen text below a number. */
function learned(page: Page, below: number): Promise<unknown> {
  return page.waitForFunction((limit) => Number(document.querySelector("#text-bits")?.textContent) < limit, below, { timeout: PATIENCE });
}

test("one click: it learns Moby Dick, writes in colours, rests, goes on, is saved, and opened by a new visitor", async () => {
  const { page, complaints } = await visit(browser, server.url);
  await page.fill("#text-hidden", "32");
  await page.click("#text-go");
  await learned(page, 4.4);
  expect(await page.textContent("#text-go")).toBe("Pause");
  expect(await numberIn(page, "#text-speed")).toBeGreaterThan(1000);
  expect(await numberIn(page, "#text-loss")).toBeLessThan(4.4);
  // While it learns, one moves the temperature with the keyboard and looks at another unit.
  await page.focus("#text-temperature");
  await page.keyboard.press("ArrowRight");
  expect(await page.textContent("#text-temperature-value")).toBe("0.75");
  await page.fill("#text-unit", "33");
  expect(await messageOf(page, "#text-unit")).toBe("Coloured by unit must be a whole number from 1 to 32, got 33.");
  await page.click("#text-liveliest");
  expect(await messageOf(page, "#text-unit")).toBe("");
  await page.waitForFunction(() => new Set([...document.querySelectorAll("#text-now span")].map(({ className }) => className)).size > 3);
  await page.click("#text-go");
  const paused = await waitForText(page, "#text-status", /^Paused after [\d,]+ steps?\.$/);
  const read = await numberIn(page, "#text-read");
  expect(paused).toBe(`Paused after ${(read / 1024).toLocaleString("en")} steps.`);
  await page.waitForTimeout(400);
  expect(await numberIn(page, "#text-read")).toBe(read);
  await page.click("#text-go");
  await page.waitForFunction((before) => Number(document.querySelector("#text-read")?.textContent?.replaceAll(",", "")) > before, read);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#text-save")]);
  expect(download.suggestedFilename()).toBe("next-character-lstm-32.safetensors");
  const bytes = readFileSync(await download.path());
  const metadata = io.safetensors.metadata(bytes);
  expect(JSON.parse(metadata["sizes"] as string)).toMatchObject({ cell: "lstm", hidden: 32, layers: 1, vocabulary: 90 });
  expect(JSON.parse(metadata["characters"] as string)).toContain("e");
  expect(Object.keys(io.safetensors.load(bytes))).toContain("rnn.weight_hh_l0");
  // It learns on after that.
  await page.waitForFunction(() => document.querySelector("#text-go")?.textContent === "Pause");
  expect(complaints).toEqual([]);
  await page.context().close();
  await reopen(bytes);
});

/** Somebody else opens the file: first a wrong one, then this. */
async function reopen(bytes: Buffer): Promise<void> {
  const { page, complaints } = await visit(browser, server.url);
  const choose = (name: string, buffer: Buffer) => page.setInputFiles("#text-model", { name, mimeType: "", buffer });
  await choose("picture.safetensors", Buffer.from("no model at all"));
  await waitForText(page, "#text-model-error", /^picture\.safetensors cannot be used: .+\.$/);
  expect(await page.getAttribute("#text-model", "aria-invalid")).toBe("true");
  await choose("cut.safetensors", bytes.subarray(0, bytes.length - 100));
  await waitForText(page, "#text-model-error", /^cut\.safetensors cannot be used: .+\.$/);
  const foreign = io.safetensors.save({ weight: io.safetensors.load(bytes)["head.weight"]! });
  await choose("foreign.safetensors", Buffer.from(foreign));
  await waitForText(page, "#text-model-error", /its metadata must have `sizes`/);
  await choose("model.safetensors", bytes);
  await waitForText(page, "#text-status", /^Opened: LSTM, 1 layer of 32, [\d,]+ parameters, 89 different characters; /);
  expect(await messageOf(page, "#text-model")).toBe("");
  expect(await page.inputValue("#text-hidden")).toBe("32");
  await page.fill("#text-prompt", "Call me ");
  await page.press("#text-prompt", "Enter");
  await waitForText(page, "#text-now", /^Call me [\s\S]{200}/);
  await page.click("#text-go");
  await learned(page, 4.6);
  expect(complaints).toEqual([]);
  await page.context().close();
}

test("learns a text of one's own, and says beside the field what is wrong with it", async () => {
  const { page, complaints } = await visit(browser, server.url);
  await page.getByRole("radio", { name: "Your own" }).click();
  await page.fill("#text-own", "too short");
  await page.click("#text-go");
  expect(await messageOf(page, "#text-own")).toBe("The text must have at least 400 characters, got 9.");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("text-own");
  await page.setInputFiles("#text-file", { name: "latin.txt", mimeType: "text/plain", buffer: Buffer.from([0x66, 0xfc, 0x72]) });
  await waitForText(page, "#text-own-error", /^latin\.txt must be a text in UTF-8/);
  const text = "Die Katze tritt die Treppe krumm — 🐈 der Kater tritt sie grade. ".repeat(20);
  await page.setInputFiles("#text-file", { name: "katze.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
  await page.waitForFunction(() => (document.querySelector("#text-own") as HTMLTextAreaElement).value.length > 1000);
  expect(await messageOf(page, "#text-own")).toBe("");
  // Of a long file the field shows the beginning, and all of it is learned from.
  await page.setInputFiles("#text-file", { name: "long.txt", mimeType: "text/plain", buffer: Buffer.from(text.repeat(60)) });
  await waitForText(page, "#text-own-length", /^long\.txt: 78,000 characters, of which the field shows 50,000\.$/);
  await page.locator("#text").getByRole("radio", { name: "GRU" }).click();
  for (const [field, wrong, message] of [
    ["hidden", "0", "Hidden size must be a whole number from 4 to 512, got 0."],
    ["layers", "1.5", "Layers must be a whole number from 1 to 4, got 1.5."],
    ["rate", "", "Learning rate must be a number from 0.00001 to 1."],
  ] as const) {
    const right = await page.inputValue(`#text-${field}`);
    await page.fill(`#text-${field}`, wrong);
    await page.click("#text-go");
    expect(await messageOf(page, `#text-${field}`)).toBe(message);
    expect(await page.textContent("#text-go")).toBe("Start learning");
    await page.fill(`#text-${field}`, right);
  }
  await page.fill("#text-hidden", "24");
  await page.fill("#text-layers", "2");
  await page.click("#text-go");
  await waitForText(page, "#text-status", /^Learning: GRU, 2 layers of 24, /);
  await learned(page, 2);
  await page.getByRole("button", { name: "Start over" }).click();
  await learned(page, 3);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("while it learns, nothing holds up the page for 50 ms", { timeout: 60_000 }, async () => {
  const { page } = await visit(browser, server.url);
  await page.evaluate(() => {
    const long: number[] = [];
    Object.assign(globalThis, { long });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) long.push(duration);
    }).observe({ type: "longtask" });
  });
  // The observer sees what is long.
  await page.evaluate(() => {
    setTimeout(() => {
      for (const start = performance.now(); performance.now() - start < 80; );
    });
  });
  await page.waitForFunction(() => (globalThis as unknown as { long: number[] }).long.length > 0);
  await page.click("#text-go");
  await waitForText(page, "#text-speed", /\d/);
  await page.evaluate(() => (globalThis as unknown as { long: number[] }).long.splice(0));
  await page.waitForTimeout(10_000);
  expect(await page.evaluate(() => (globalThis as unknown as { long: number[] }).long)).toEqual([]);
  expect(await numberIn(page, "#text-read")).toBeGreaterThan(10_000);
  await page.context().close();
});
