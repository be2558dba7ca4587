// Installing packages where this is allowed without asking: as root on Debian, in containers and on build machines.

import { readFileSync } from "node:fs";
import { must } from "./run.mjs";

function isDebian() {
  try {
    return /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

/** Whether {@link apt} may be called. */
export const canUseApt = process.getuid?.() === 0 && isDebian();

let previous = Promise.resolve();

async function install(packages) {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await must("apt-get", ["update", "-q"], { env });
  await must("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...packages], { env });
}

/** Installs packages, one call after the other: apt locks its database. */
export function apt(packages) {
  const installed = previous.then(() => install(packages));
  previous = installed.catch(() => {});
  return installed;
}
