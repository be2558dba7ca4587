import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { io } from "unrolled";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bitsPerCharacter } from "../../examples/moby-dick/evaluate.js";
import { openModel } from "../../examples/moby-dick/files.js";
import { generate } from "../../examples/moby-dick/generate.js";
import { readCorpus } from "../../examples/moby-dick/text.js";

const root: string = fileURLToPath(new URL("../../", import.meta.url));
const folder: string = mkdtempSync(join(tmpdir(), "demo-"));
const text: string = join(folder, "text.txt");

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(script: string, ...args: readonly string[]): { child: ChildProcess; result: Promise<Result> } {
  const child = spawn(process.execPath, [`scripts/${script}`, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output.stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    output.stderr += chunk;
  });
  return { child, result: once(child, "close").then(([code]) => ({ code, ...output })) };
}

function demo(...args: readonly string[]): Promise<Result> {
  return start("demo.mjs", ...args).result;
}

/** A small model of the text, in a file of its own. */
function small(out: string, ...args: readonly string[]): string[] {
  return ["--text", text, "--hidden", "20", "--out", join(folder, out), ...args];
}

/** What does not depend on the machine's speed or the file's name. */
function repeatable(stdout: string): string {
  return stdout
    .replaceAll(/ · [\d,]+ chars\/s · .* left/g, "")
    .replaceAll(/steps in .*:/g, "steps:")
    .replace(/saved: .*/, "saved");
}

beforeAll(async () => {
  // 14 letters in a cycle that is easy to learn; the last tenth has a character that comes nowhere before.
  writeFileSync(text, `${"the whale, the sea\n".repeat(300)}ö\n`);
  const built = await start("build.mjs").result;
  expect(built.code, built.stdout + built.stderr).toBe(0);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

test("trains for some steps, the same every time, and leaves model and picture", async () => {
  const runs = [await demo(...small("a.safetensors", "--steps", "20")), await demo(...small("b.safetensors", "--steps", "20"))] as const;
  const { code, stdout, stderr } = runs[0];
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.match(/^ {0,2}\d+ % · step \d+ · loss \d\.\d{3} · \d\.\d\d bits\/char · [\d,]+ chars\/s · \d+ s left$/gm)).toHaveLength(20);
  expect(stdout).not.toContain("\u001b");
  expect(stdout).not.toContain("\r");
  expect(stdout).toMatch(/^at 40 % it writes\n│ /m);
  expect(stdout).toMatch(/^held-out: \d\.\d\d bits per character$/m);
  expect(stdout).toMatch(/^it writes\n│ /m);
  expect(repeatable(runs[1].stdout)).toBe(repeatable(stdout));
  for (const kind of ["safetensors", "svg"]) {
    expect(readFileSync(join(folder, `a.${kind}`)).equals(readFileSync(join(folder, `b.${kind}`))), kind).toBe(true);
  }
});

test("the model that it leaves can be used again: it costs and writes what the demo said", async () => {
  const { stdout } = await demo(...small("again.safetensors", "--steps", "30", "--seed", "7", "--cell", "gru", "--layers", "2"));
  const { model, vocabulary } = await openModel(join(folder, "again.safetensors"));
  const { heldOut } = readCorpus(text);
  expect(stdout).toContain(`held-out: ${(await bitsPerCharacter(model, heldOut)).toFixed(2)} bits per character\n`);
  const written = generate(model, vocabulary, { length: 280, seed: 7 }).trim();
  const shown = stdout.slice(stdout.lastIndexOf("it writes\n│ ") + 10, stdout.indexOf("\nsaved:"));
  expect(shown.replaceAll(/^│ /gm, "").replaceAll(/\s+/g, " ").trim()).toBe(written.replaceAll(/\s+/g, " "));
});

test("the picture is an SVG file that says what it shows", async () => {
  await demo(...small("picture.safetensors", "--steps", "3"));
  const svg = readFileSync(join(folder, "picture.svg"), "utf8");
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  for (const words of [
    "A character model reads",
    "LSTM, 1 layer of 20 · 3 steps",
    "characters read",
    "bits per character",
    "held-out text, after training: ",
  ]) {
    expect(svg).toContain(words);
  }
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test("Ctrl-C ends the training: what was learned is saved, measured and shown", async () => {
  const { child, result } = start("demo.mjs", ...small("stopped.safetensors", "--seconds", "100"));
  child.stdout?.on("data", (chunk: string) => {
    if (chunk.includes("parameters")) setTimeout(() => child.kill("SIGINT"), 300);
  });
  const { code, stdout, stderr } = await result;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^interrupted after \d+ steps in [\w ]+: [\d,]+ characters read$/m);
  expect(stdout).toMatch(/^held-out: \d\.\d\d bits per character$/m);
  expect(existsSync(join(folder, "stopped.svg"))).toBe(true);
  expect(io.safetensors.load(readFileSync(join(folder, "stopped.safetensors")))).toHaveProperty(["rnn.weight_hh_l0"]);
});

test("trains for some seconds", async () => {
  const { code, stdout } = await demo(...small("seconds.safetensors", "--seconds", "0.5", "--cell", "rnn"));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^trained for [\d,]+ steps in [\w ]+: [\d,]+ characters read$/m);
});

test("--help says what there is", async () => {
  const { code, stdout } = await demo("--help");
  expect(code).toBe(0);
  for (const option of ["seconds", "steps", "hidden", "layers", "cell", "text", "seed", "out"]) expect(stdout).toContain(`--${option} `);
});

test.each([
  [["--hiden", "3"], "Unknown option '--hiden'."],
  [["moby"], "Unexpected argument 'moby'."],
  [["--hidden"], "Option '--hidden <value>' argument missing."],
  [["--hidden", "2.5"], '--hidden must be a whole number of at least 1, got "2.5".'],
  [["--layers", "0"], '--layers must be a whole number of at least 1, got "0".'],
  [["--steps", "many"], '--steps must be a whole number of at least 1, got "many".'],
  [["--seconds", "0"], '--seconds must be a number above 0, got "0".'],
  [["--seconds", "5", "--steps", "5"], "--seconds and --steps cannot both be given."],
  [["--cell", "transformer"], '--cell must be one of lstm, gru, rnn, got "transformer".'],
  [["--out", "model.bin"], '--out must end in .safetensors, got "model.bin".'],
])("refuses %j in one sentence", async (args, sentence) => {
  expect(await demo(...args)).toEqual({ code: 2, stdout: "", stderr: `${sentence}\n` });
});

test("refuses a text that is missing or too short", async () => {
  const missing = await demo("--text", join(folder, "missing.txt"));
  expect(missing.code).toBe(2);
  expect(missing.stderr).toMatch(/^--text must be a file that can be read, got ".*missing\.txt": ENOENT: [^\n]*\.\n$/);
  writeFileSync(join(folder, "short.txt"), "Call me Ishmael.");
  expect(await demo("--text", join(folder, "short.txt"))).toEqual({
    code: 2,
    stdout: "",
    stderr: "--text must hold at least 100 characters, got 16.\n",
  });
});
