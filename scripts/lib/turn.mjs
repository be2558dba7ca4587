// One process at a time: two builds at once, as by two test files, would write over each other.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./run.mjs";

/** Whether there is a process of that number. One of another user counts, too. */
function runs(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Makes the file if there is none; one whose process has ended without taking it away does not count. */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  const owner = ownerOf(file);
  if (owner !== undefined && !runs(owner)) rmSync(file, { force: true });
  return false;
}

/** The number in the file; undefined if it is not written yet, or is gone. */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Waits until no other process is in an action of this name, then does it.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function inTurn(name, action) {
  const file = join(root, ".cache", `${name}.turn`);
  mkdirSync(join(root, ".cache"), { recursive: true });
  while (!take(file)) await sleep(100);
  try {
    return await action();
  } finally {
    rmSync(file, { force: true });
  }
}
