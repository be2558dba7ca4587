import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, Folder, weekly } from "./program.js";

const folder = new Folder();

beforeAll(() => {
  build();
  writeFileSync(folder.file("sales.csv"), weekly(150));
});

afterAll(() => folder.dispose());

test("--help begins with examples, of the program and of every command, and fits a terminal", async () => {
  const { code, stdout, stderr } = await folder.run(["--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^examples\n {2}unrolled train /);
  for (const command of ["train", "predict", "generate", "eval", "inspect", "doctor"]) {
    expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    const help = await folder.run([command, "--help"]);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(new RegExp(`^examples\\n {2}\\S.*unrolled ${command}|^examples\\n {2}unrolled ${command}`));
    expect(help.stdout).toMatch(new RegExp(`^unrolled ${command} `, "m"));
    expect(Math.max(...help.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(104);
    expect((await folder.run(["help", command])).stdout).toBe(help.stdout);
  }
});

test("--version says the version of the package", async () => {
  expect((await folder.run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("doctor says what computes, and how fast", async () => {
  const { code, stdout } = await folder.run(["doctor", "--json"]);
  expect(code).toBe(0);
  const found = JSON.parse(stdout);
  expect(["simd128", "relaxed"]).toContain(found.simd);
  // 2 · 64 · 32 · 4 · 128 · (2 · 64 + 3 · 128) operations in a step.
  expect(found.gflops * found.stepMilliseconds).toBeCloseTo(1073.741824, 3);
  expect(found.gflops).toBeGreaterThan(0.2);
  expect(found.memory.core).toBeGreaterThan(1e6);
});

test("on a terminal there is a bar; with NO_COLOR it has no colours", async () => {
  // `script` of util-linux gives a program a terminal.
  const command = (env: string) =>
    `${env} script -qec "$UNROLLED train sales.csv --target sales --window 14 --hidden 16 --epochs 12 --out tty --overwrite" /dev/null`;
  const has = await folder.shell("script --version");
  if (has.code !== 0 || !has.stdout.includes("util-linux")) return;
  const plain = await folder.shell(command("TERM=xterm NO_COLOR=1"));
  expect(plain.stdout).toMatch(/epoch \d+\/12 ━*─* \d+ % · loss/);
  expect(plain.stdout.replaceAll("\u001b[1G", "").replaceAll("\u001b[2K", "")).not.toContain("\u001b");
  const coloured = await folder.shell(command("TERM=xterm-256color"));
  expect(coloured.stdout).toContain("\u001b[32m");
  const dumb = await folder.shell(command("TERM=dumb NO_COLOR=1"));
  expect(dumb.stdout).not.toContain("━");
});
