// Folders that are gone afterwards.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Calls `action` with a new, empty folder, and removes it when that is done. */
export async function withFolder(action) {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-"));
  try {
    return await action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
