import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { expect, test } from "vitest";
import { apiFile, publicApi } from "../../../scripts/lib/api.mjs";
import { inRepository } from "../programs.js";
import { missing } from "../support/matrix.js";

const reason = missing("test/packaging/matrix/node_modules/typescript-5", "TypeScript 5");
const { exports } = JSON.parse(readFileSync(inRepository("package.json"), "utf8"));
const api: Record<string, string> = reason === undefined ? publicApi(exports) : {};

if (reason !== undefined) test.skip(`the public API is what is written down (skipped: ${reason})`);

test.each(Object.entries(api))("the public API of %s is what is written down: if it is to change, `npm run api`", (name, text) => {
  const written = existsSync(apiFile(name)) ? readFileSync(apiFile(name), "utf8") : "";
  expect(text).toBe(written);
});

test.skipIf(reason)("nothing else is written down", () => {
  const files = Object.keys(api).map((name) => basename(apiFile(name)));
  expect(readdirSync(dirname(apiFile("unrolled"))).sort()).toEqual(files.sort());
  expect(api["unrolled"]).toContain("\nnn.LSTM: class LSTM extends RecurrentModule");
});
