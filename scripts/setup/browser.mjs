// Chromium for the browser tests.

import { findChromium } from "../lib/browser.mjs";
import { apt, canUseApt } from "../lib/debian.mjs";
import { step } from "../lib/steps.mjs";

export async function browser() {
  if (findChromium()) return;
  if (canUseApt) await step("Chromium from Debian, for the browser tests", () => apt(["chromium"]));
  else console.log("Chromium is missing: only the browser tests need it. Install Chromium or Chrome, or set CHROMIUM to the path of one.");
}
