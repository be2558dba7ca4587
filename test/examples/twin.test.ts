import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root: string = fileURLToPath(new URL("../../", import.meta.url));
const folder: string = mkdtempSync(join(tmpdir(), "twin-"));
const log: string = join(root, "examples/twin/log");

function run(script: string, args: readonly string[], python = "") {
  const env = { ...process.env, UNROLLED_PYTHON: python };
  const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${script}`, ...args], { cwd: root, env, encoding: "utf8" });
  return { status, stdout, stderr };
}

function twin(...args: readonly string[]) {
  return run("twin.mjs", args);
}

/** A program in Python's place: it copies the log, with something of the record changed, into the folder that it is given. */
function pretend(name: string, change: string): string {
  const files = ["torch.safetensors", "torch.logits.safetensors"].map((file) => [join(log, file), file]);
  // It answers for our file with the logits of its own, which nobody loads there.
  const program = `#!${process.execPath}
const { copyFileSync, readFileSync, writeFileSync } = require("node:fs");
const folder = process.argv[3];
for (const [from, to] of ${JSON.stringify(files)}) copyFileSync(from, folder + "/" + to);
copyFileSync(${JSON.stringify(join(log, "torch.logits.safetensors"))}, folder + "/unrolled-in-torch.logits.safetensors");
const record = JSON.parse(readFileSync(${JSON.stringify(join(log, "torch.json"))}));
${change};
writeFileSync(folder + "/torch.json", JSON.stringify(record));
`;
  mkdirSync(join(folder, name));
  const path = join(folder, name, "python.cjs");
  writeFileSync(path, program, { mode: 0o755 });
  return path;
}

beforeAll(() => {
  const built = run("build.mjs", []);
  expect(built.status, built.stdout + built.stderr).toBe(0);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

test("45 steps agree with the log of PyTorch", { timeout: 120_000 }, () => {
  const out = join(folder, "log");
  const { status, stdout, stderr } = twin("--steps", "45", "--out", out);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^PyTorch: PyTorch 2\.15\.\S+, \S+, read from the log in examples\/twin\/log; UNROLLED_PYTHON=… runs it here$/m);
  expect(stdout).toMatch(/^initial weights +the same bits in all 11 parameters$/m);
  expect(stdout).toMatch(/^losses +differ by at most \d\.\de-\d in the first 40 steps, \d\.\de-\d in all 45$/m);
  expect(stdout).toMatch(/^held-out text +(\d\.\d\d)\d{3} bits per character here, \1\d{3} in PyTorch$/m);
  expect(stdout).toMatch(/^training here +[\d,]+ characters per second on 1 thread$/m);
  expect(stdout).toMatch(/^in PyTorch +[\d,]+ characters per second on 1 thread \(of the machine of the log\)$/m);
  expect(stdout).toMatch(/^loaded in unrolled +examples\/twin\/log\/torch\.safetensors: logits differ by at most \d\.\de-\d$/m);
  expect(stdout).not.toContain("unrolled.safetensors:");
  const svg = readFileSync(join(out, "twin.svg"), "utf8");
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).toContain("in the first 40 steps");
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test.each([
  {
    name: "initial weights",
    change: 'record.initial["rnn.weight_hh_l1"] = record.initial["rnn.weight_ih_l1"]',
    sentence: /^twin: the initial weights must be the same bits, got others in rnn\.weight_hh_l1$/m,
  },
  {
    name: "losses",
    change: "record.losses[7] += 3e-4",
    sentence: /^twin: the losses of the first 15 steps must be within 0\.0002, got a difference of 0\.000\d+$/m,
  },
  {
    name: "bits",
    change: "record.heldOut[0].bits -= 0.011",
    sentence: /^twin: the final bits per character must be within 0\.01, got [\d.]+ and PyTorch's [\d.]+$/m,
  },
  {
    name: "text",
    change: 'record.text = "another"',
    sentence: /^twin: the text must be PyTorch's, got SHA-256 [\da-f]{64} for another$/m,
  },
])("the exit code is 1 if PyTorch's $name are others", { timeout: 60_000 }, ({ name, change, sentence }) => {
  const { status, stderr } = run("twin.mjs", ["--steps", "15", "--out", join(folder, name, "out")], pretend(name, change));
  expect(status).toBe(1);
  expect(stderr).toMatch(sentence);
  // The model that this PyTorch answers with is not ours: that is the other sentence.
  const logits = /^twin: the logits of .*unrolled\.safetensors in PyTorch must be within 0\.0001, got a difference of [\d.]+$/m;
  expect(stderr).toMatch(logits);
  expect(stderr.replace(sentence, "").replace(logits, "").trim()).toBe("");
});

test("a Python that fails is not replaced by the log", { timeout: 60_000 }, () => {
  const python = pretend("failing", "process.exit(3)");
  const { status, stdout, stderr } = run("twin.mjs", ["--steps", "3", "--out", join(folder, "failing", "out")], python);
  expect({ status, stderr }).toEqual({ status: 1, stderr: `UNROLLED_PYTHON must run twin.py, got exit code 3 of ${python}\n` });
  expect(stdout).not.toContain("losses");
});

test("--help says what there is", () => {
  const { status, stdout } = twin("--help");
  expect(status).toBe(0);
  for (const word of ["--steps ", "--out ", "UNROLLED_PYTHON"]) expect(stdout).toContain(word);
});

test.each([
  [["--step", "3"], "Unknown option '--step'."],
  [["--steps", "0"], '--steps must be a whole number of at least 1, got "0".'],
  [["--steps", "40"], "--steps must be a multiple of 15 up to 300, which are in the log, got 40; or set UNROLLED_PYTHON."],
  [["--steps", "315"], "--steps must be a multiple of 15 up to 300, which are in the log, got 315; or set UNROLLED_PYTHON."],
])("refuses %j in one sentence", (args, sentence) => {
  expect(twin(...args)).toEqual({ status: 2, stdout: "", stderr: `${sentence}\n` });
});
