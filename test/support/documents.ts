/** Texts of the repository, and what they show. */

import { readFileSync } from "node:fs";
import { expect } from "vitest";

/** A text, by its path in the repository. */
export function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

/** Asserts that a document shows a file as it is, in a block of this language. */
export function expectShown(document: string, language: string, path: string): void {
  expect(read(document)).toContain(`\n\`\`\`${language}\n${read(path)}\`\`\`\n`);
}
