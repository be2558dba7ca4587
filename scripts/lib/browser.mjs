// Where the browsers for the tests are.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const browsers = {
  CHROMIUM: {
    names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    onMac: ["Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome"],
  },
  FIREFOX: { names: ["firefox-esr", "firefox"], onMac: ["Firefox.app/Contents/MacOS/firefox"] },
};

/** The path that the variable of the environment names, else the first that is found; `undefined` if there is none. */
function find(variable) {
  if (process.env[variable]) return process.env[variable];
  const { names, onMac } = browsers[variable];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    ...onMac.map((app) => `/Applications/${app}`),
  ];
  return candidates.find((path) => existsSync(path));
}

/** Chromium or Chrome. */
export const findChromium = () => find("CHROMIUM");

/** Firefox. */
export const findFirefox = () => find("FIREFOX");
