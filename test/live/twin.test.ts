import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { inFolder, needsPython } from "./python.js";

const cwd: string = fileURLToPath(new URL("../../", import.meta.url));

function run(script: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [`scripts/${script}`, ...args], { cwd, encoding: "utf8" });
}

test("the twin run agrees with PyTorch, and files go both ways", { timeout: 400_000 }, async (context) => {
  needsPython(context);
  const built = run("build.mjs");
  expect(built.status, built.stdout + built.stderr).toBe(0);
  await inFolder(async (folder) => {
    const { status, stdout, stderr } = run("twin.mjs", "--steps", "50", "--out", folder);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^PyTorch: .*, run just now$/m);
    expect(stdout).toMatch(/^initial weights +the same bits in all 11 parameters$/m);
    expect(stdout).toMatch(/in the first 40 steps, \S+ in all 50$/m);
    const loaded = [...stdout.matchAll(/^loaded in (\S+) +(.*): logits differ by at most \S+$/gm)].map(([, reader, file]) => [
      reader,
      file,
    ]);
    expect(loaded).toEqual([
      ["PyTorch", join(folder, "unrolled.safetensors")],
      ["unrolled", join(folder, "torch.safetensors")],
    ]);
  });
});
