import { readFileSync, writeFileSync } from "node:fs";
import { io } from "unrolled";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build, chapter, Folder, rowsOf, weekly } from "./program.js";

const folder = new Folder();

beforeAll(() => {
  build();
  writeFileSync(folder.file("sales.csv"), weekly(400));
});

afterAll(() => folder.dispose());

/** Trains, and interrupts when an epoch has been told of and some milliseconds have passed. */
async function interrupted(args: readonly string[], out: string, epoch: number, delay: number, signal: NodeJS.Signals = "SIGINT") {
  const { child, result } = folder.start([...args, "--out", out, "--json"]);
  let told = "";
  let sent = false;
  child.stdout?.on("data", (chunk: string) => {
    told += chunk;
    // Once: a second one ends any program.
    if (sent || !told.includes(`"event":"epoch","epoch":${epoch},`)) return;
    sent = true;
    setTimeout(() => child.kill(signal), delay);
  });
  return result;
}

const file = (path: string) => readFileSync(folder.file(path));
/** All but the seconds, which differ each time. */
const losses = (out: string) => rowsOf(file(`${out}/metrics.csv`).toString()).map((row) => row.slice(0, 5));

const series = [
  "train",
  "sales.csv",
  "--target",
  "sales",
  "--horizon",
  "3",
  "--window",
  "14",
  "--hidden",
  "16",
  "--layers",
  "2",
  "--dropout",
  "0.2",
  "--epochs",
  "14",
  "--quantiles",
  "0.2,0.8",
];
const text = ["train", chapter(1), "--text", "--hidden", "32", "--layers", "2", "--dropout", "0.2", "--epochs", "8", "--cell", "gru"];

describe.each([
  ["a series, with shuffling and dropout", series, "series", 2, 30],
  ["a text, with the state that is carried", text, "text", 1, 60],
] as const)("%s", (_, args, name, epoch, delay) => {
  test("goes on after Ctrl-C as if nothing had been, to the last bit", async () => {
    const whole = await folder.run([...args, "--out", `${name}-whole`]);
    expect(whole.code, whole.stderr).toBe(0);
    const stopped = await interrupted(args, `${name}-parts`, epoch, delay);
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(stopped.stderr).toMatch(new RegExp(`\\ninterrupted: saved in ${name}-parts; unrolled train --resume ${name}-parts goes on\\n$`));
    expect(stopped.stdout).toMatch(/\{"event":"interrupted",[^\n]*\n$/);
    expect(losses(`${name}-parts`).length).toBeLessThan(losses(`${name}-whole`).length);
    // What there is can be used.
    expect(Object.keys(io.safetensors.load(file(`${name}-parts/model.safetensors`)))).toContain("rnn.weight_hh_l1");
    const resumed = await folder.run(["train", "--resume", `${name}-parts`]);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(file(`${name}-parts/model.safetensors`).equals(file(`${name}-whole/model.safetensors`))).toBe(true);
    expect(file(`${name}-parts/config.json`).toString()).toBe(file(`${name}-whole/config.json`).toString());
    expect(losses(`${name}-parts`)).toEqual(losses(`${name}-whole`));
  });
});

test("interrupted in the middle of an epoch, the batches of that epoch are not taken again", async () => {
  // Of many short batches, so that it hardly ever is the end of an epoch.
  const stopped = await interrupted([...text, "--window", "8"], "middle", 1, 100);
  expect(stopped.code).toBe(130);
  const { extra } = JSON.parse(`{"extra":${io.safetensors.metadata(file("middle/checkpoint.safetensors"))["extra"]}}`);
  expect(extra.epoch).toBeGreaterThanOrEqual(2);
  expect(extra.batch).toBeGreaterThan(0);
});

test("a reader of --json that has had enough ends a training, which saves first", async () => {
  const train = "$UNROLLED train sales.csv --target sales --window 14 --hidden 8 --epochs 5000 --patience 0 --out unread --json";
  const { stdout, stderr } = await folder.shell(`${train} | head -n 3; echo "\${PIPESTATUS[0]}"`);
  expect(stdout.trim().split("\n").at(-1)).toBe("130");
  expect(stderr).toMatch(/\ninterrupted: saved in unread; unrolled train --resume unread goes on\n$/);
  expect(losses("unread").length).toBeGreaterThan(2);
});

test("a run that ended for lack of progress says so, and goes on with more patience", async () => {
  writeFileSync(folder.file("walk.csv"), `x\n${Array.from({ length: 120 }, (_, row) => (row * 7919) % 101).join("\n")}\n`);
  const tired = "train walk.csv --target x --window 4 --hidden 2 --lr 0.5 --patience 1 --epochs 40 --out tired".split(" ");
  expect((await folder.run(tired)).stderr).toMatch(/^no progress in 1 epoch: /m);
  const again = await folder.run(["train", "--resume", "tired", "--epochs", "50"]);
  expect(again.stderr).toMatch(/^note: training had ended for lack of progress: a larger --patience goes on, or 0\n/);
  const done = losses("tired").length;
  await folder.run(["train", "--resume", "tired", "--epochs", "50", "--patience", "0"]);
  expect(losses("tired").length).toBe(52);
  expect(done).toBeLessThan(42);
});

test("with more epochs a run goes on for longer, and SIGTERM saves, too", async () => {
  const short = ["train", "sales.csv", "--target", "sales", "--window", "14", "--hidden", "8", "--epochs", "2"];
  expect((await folder.run([...short, "--out", "longer"])).code).toBe(0);
  const more = await folder.run(["train", "--resume", "longer", "--epochs", "4"]);
  expect(more.code, more.stderr).toBe(0);
  expect(more.stderr).toMatch(/^epoch 4\/4: /m);
  expect(more.stderr).not.toContain("--patience");
  expect((await folder.run([...short.slice(0, -1), "4", "--out", "at-once"])).code).toBe(0);
  expect(file("longer/model.safetensors").equals(file("at-once/model.safetensors"))).toBe(true);
  const ended = await interrupted([...short.slice(0, -1), "5000"], "ended", 1, 0, "SIGTERM");
  expect(ended.code).toBe(143);
});
