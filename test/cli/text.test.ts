import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, Folder } from "./program.js";

const folder = new Folder();

beforeAll(async () => {
  build();
  // A cycle that is easy to learn; the last tenth has a character that comes nowhere before.
  writeFileSync(folder.file("verse.txt"), `${"the whale, the sea\n".repeat(300)}ö\n`);
  const { code, stderr } = await folder.run([
    "train",
    "verse.txt",
    "--text",
    "--hidden",
    "24",
    "--epochs",
    "12",
    "--batch",
    "4",
    "--window",
    "32",
    "--out",
    "verse",
  ]);
  expect(code, stderr).toBe(0);
});

afterAll(() => folder.dispose());

const generate = (...args: readonly string[]) => folder.run(["generate", "verse", ...args]);

test("it learned to write, and begins with the prompt", async () => {
  const { code, stdout, stderr } = await generate("--prompt", "the wh", "--length", "50", "--temperature", "0");
  expect({ code, stderr: stderr.replace(/seed \d+/, "seed") }).toEqual({ code: 0, stderr: "seed\n" });
  expect(stdout).toBe(`${"the whale, the sea\nthe whale, the sea\nthe whale, the sea\n".slice(0, 56)}\n`);
});

test("a seed gives the same text, another one another, and the likeliest alone is what temperature 0 writes", async () => {
  const hot = (seed: string) => generate("--seed", seed, "--temperature", "3", "--length", "80");
  const [one, again, other] = [await hot("1"), await hot("1"), await hot("2")];
  expect(one.stdout).toBe(again.stdout);
  expect(one.stdout).not.toBe(other.stdout);
  expect(one.stdout).toHaveLength(81);
  const [top, cold] = [await generate("--top-k", "1", "--seed", "5"), await generate("--temperature", "0", "--seed", "6")];
  expect(top.stdout).toBe(cold.stdout);
  // So cold that nothing but the likeliest is left in 32 bits.
  for (const temperature of ["1e-30", "1e-300"])
    expect((await generate("--temperature", temperature, "--seed", "7")).stdout, temperature).toBe(cold.stdout);
});

test("characters that it has never seen are told of, and no reason to stop", async () => {
  const { code, stderr } = await generate("--prompt", "Ωmega ☃", "--length", "5", "--seed", "1");
  expect(code).toBe(0);
  expect(stderr).toBe('note: the model has never seen "Ω", "m", "g", "☃"\n');
});

test("eval says bits per character, beside what frequencies alone cost", async () => {
  const { stdout } = await folder.run(["eval", "verse", "verse.txt", "--json"]);
  const { bits, frequency, count, unit } = JSON.parse(stdout);
  expect({ count, unit }).toEqual({ count: 5701, unit: "character" });
  expect(bits).toBeLessThan(0.3);
  expect(frequency).toBeGreaterThan(2.5);
  const table = await folder.run(["eval", "verse", "verse.txt"]);
  expect(table.stdout).toMatch(/^ +bits per character\nmodel +\d\.\d{3}\nfrequencies +\d\.\d{3}\n$/);
});

test("the report shows what it writes at several temperatures", () => {
  const report = readFileSync(folder.file("verse/report.html"), "utf8");
  expect(report.match(/<pre>/g)).toHaveLength(3);
  expect(report).toContain("the whale, the sea");
  expect(report).toContain("bits per character");
  expect(report).not.toMatch(/NaN|undefined|Infinity/);
});

test("bytes of any file can be learned, and written again", async () => {
  const bytes = Uint8Array.from({ length: 3000 }, (_, index) => [0, 255, 128, 10, 0x89][index % 5]!);
  writeFileSync(folder.file("any.bin"), bytes);
  const { code, stderr } = await folder.run([
    "train",
    "any.bin",
    "--bytes",
    "--hidden",
    "16",
    "--epochs",
    "20",
    "--batch",
    "2",
    "--out",
    "bytes",
  ]);
  expect(code, stderr).toBe(0);
  const { stdout } = await folder.run(["eval", "bytes", "any.bin", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ unit: "byte", count: 2999 });
  expect(JSON.parse(stdout).bits).toBeLessThan(1);
  expect((await folder.run(["generate", "bytes", "--seed", "1", "--length", "20"])).code).toBe(0);
});

test("inspect of a text has gradients, also when the file is gone", async () => {
  const here = await folder.run(["inspect", "verse"]);
  expect(here.stdout).toMatch(/^embedding\.weight +\d+ × 32/m);
  expect(here.stdout).toContain("BPTT report");
  const config = JSON.parse(readFileSync(folder.file("verse/config.json"), "utf8"));
  writeFileSync(folder.file("verse/config.json"), JSON.stringify({ ...config, data: { ...config.data, file: "gone.txt" } }));
  const gone = await folder.run(["inspect", "verse"]);
  expect(gone.code).toBe(0);
  expect(gone.stdout).not.toContain("BPTT report");
  expect(gone.stderr).toBe(
    'note: without gradients, for which a file is needed ("gone.txt", of training, cannot be read): unrolled inspect FOLDER FILE\n',
  );
});
