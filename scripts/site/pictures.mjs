// The pictures of docs/site.md: all panels after training, in a wide window, in the dark and on a phone.

import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "../lib/browser.mjs";
import { root } from "../lib/run.mjs";
import { serveFolder } from "./server.mjs";

/** Seconds that the first and the third panel learn. */
const SECONDS = { text: 90, memory: 45 };

// High enough for a whole panel: what of a canvas is outside of the window while it is drawn, Chromium may leave out of a picture.
const wide = { viewport: { width: 1120, height: 1700 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 1.5 };

/** Which panels are shown how. */
const VISITS = [
  { suffix: "", options: { ...wide, colorScheme: "light" }, panels: ["text", "series", "memory", "twin", "speed"] },
  { suffix: "-dark", options: { ...wide, colorScheme: "dark" }, panels: ["text", "memory"] },
  { suffix: "-phone", options: { ...phone, colorScheme: "light" }, panels: ["text", "series"] },
];

const finished = (page, selector, text) =>
  page.waitForFunction(([where, what]) => document.querySelector(where)?.textContent?.startsWith(what), [selector, text], {
    timeout: 300_000,
  });

const train = {
  async text(page) {
    await page.click("#text-go");
    await page.waitForTimeout(1000 * SECONDS.text);
    await page.click("#text-liveliest");
    // A page that is nearly full.
    await page.waitForFunction(() => document.querySelector("#text-now").textContent.length > 380, undefined, { timeout: 60_000 });
    await page.click("#text-go");
    await finished(page, "#text-status", "Paused");
  },
  async series(page) {
    await page.click("#series-go");
    await finished(page, "#series-status", "Finished");
  },
  async memory(page) {
    await page.click("#memory-go");
    await page.waitForTimeout(1000 * SECONDS.memory);
    await page.click("#memory-go");
    await finished(page, "#memory-status", "Stopped");
  },
  async twin(page) {
    await page.click("#twin-go");
    await finished(page, "#twin-status", "300 steps: ");
  },
  async speed(page) {
    await page.click("#speed-go");
    await finished(page, "#speed-status", "Measured");
  },
};

/** Fewer colours, where pngquant is installed: a third of the size, and nobody sees it. */
function shrink(file) {
  spawnSync("pngquant", ["--force", "--skip-if-larger", "--quality", "70-95", "--output", file, file]);
  console.log(`${file}: ${Math.ceil(statSync(file).size / 1024)} KiB`);
}

/** Without the bar that stays at the window's upper edge, and with some room around. */
async function takePicture(page, panel, file) {
  await page.evaluate(() => {
    document.querySelector(".top").style.position = "static";
    document.activeElement?.blur();
  });
  const element = page.locator(`#${panel}`);
  await element.evaluate((each) => {
    each.style.margin = "0 -1rem";
    each.style.paddingInline = "1rem";
    each.style.borderTop = "0";
    each.style.background = "var(--paper)";
  });
  // The plots fit themselves into the new width.
  await page.waitForTimeout(1000);
  await element.screenshot({ path: file });
  shrink(file);
}

/**
 * Trains and takes the pictures.
 *
 * @param {readonly string[]} wanted names of panels; all if there are none
 */
export async function takePictures(wanted) {
  const server = await serveFolder(join(root, "site/dist"), "/");
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--headless", "--no-sandbox", "--disable-gpu"] });
  for (const { suffix, options, panels } of VISITS) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(server.url);
    for (const panel of panels.filter((name) => wanted.length === 0 || wanted.includes(name))) {
      await page.locator(`#${panel}`).evaluate((element) => element.scrollIntoView());
      await train[panel](page);
      await takePicture(page, panel, join(root, `docs/images/site-${panel}${suffix}.png`));
    }
    await context.close();
  }
  await browser.close();
  await server.close();
}
