// Browsers for the tests.

import { findChromium, findFirefox } from "../lib/browser.mjs";
import { apt, canUseApt } from "../lib/debian.mjs";
import { step } from "../lib/steps.mjs";

const wanted = [
  { name: "Chromium", find: findChromium, debian: "chromium", variable: "CHROMIUM", missed: "only the browser tests need it" },
  { name: "Firefox", find: findFirefox, debian: "firefox-esr", variable: "FIREFOX", missed: "its test will be skipped" },
];

export async function browsers() {
  for (const { name, find, debian, variable, missed } of wanted) {
    if (find()) continue;
    if (canUseApt) await step(`${name} from Debian, for the browser tests`, () => apt([debian]));
    else console.log(`${name} is missing: ${missed}. Install it, or set ${variable} to the path of one.`);
  }
}
