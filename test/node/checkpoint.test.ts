import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FormatError, io, nn, OptionError, randn, StateDictError } from "unrolled";
import { loadCheckpoint, saveCheckpoint } from "unrolled/node";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
let path: string;
const model = new nn.GRU(2, 3);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "unrolled-checkpoint-"));
  path = join(folder, "last.safetensors");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a checkpoint in a file is what io.checkpoint makes of it", async () => {
  const contents = { model, epoch: 3, state: randn([1, 2, 3]), extra: { best: 0.1 } };
  await saveCheckpoint(contents, pathToFileURL(path));
  expect(readFileSync(path).equals(io.checkpoint.save(contents))).toBe(true);
  expect(readdirSync(folder)).toEqual(["last.safetensors"]);
  const other = new nn.GRU(2, 3);
  const { epoch, state, extra } = await loadCheckpoint<typeof contents.state, typeof contents.extra>(path, { model: other });
  expect([epoch, state.toArray(), extra.best]).toEqual([3, contents.state.toArray(), 0.1]);
  expect(other.weight_ih_l0.toArray()).toEqual(model.weight_ih_l0.toArray());
});

test("one that cannot be saved leaves the file that was there", async () => {
  writeFileSync(path, "old");
  await expect(saveCheckpoint({ model, extra: () => 1 }, path)).rejects.toThrow(/^io\.checkpoint\.save: extra must be/);
  await expect(saveCheckpoint(path as never, { model } as never)).rejects.toThrow(
    new OptionError(`saveCheckpoint: contents must be { model, … }, got ${JSON.stringify(path)}; the path comes second`),
  );
  await expect(saveCheckpoint({ model }, join(folder, "no", "x"))).rejects.toThrow(/^saveCheckpoint\(".*x"\): the file must be one/);
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["last.safetensors"]);
});

test("one that cannot be loaded is named", async () => {
  const where = `loadCheckpoint(${JSON.stringify(path)})`;
  await expect(loadCheckpoint(path, { model })).rejects.toThrow(`${where}: the file must be one that can be read, got ENOENT`);
  await saveCheckpoint({ model }, path);
  writeFileSync(path, readFileSync(path).subarray(0, -1));
  await expect(loadCheckpoint(path, { model })).rejects.toThrow(FormatError);
  await expect(loadCheckpoint(path, { model })).rejects.toThrow(`${where}: the data after the header must be`);
  await saveCheckpoint({ model }, path);
  await expect(loadCheckpoint(path, { model: new nn.GRU(2, 4) })).rejects.toThrow(StateDictError);
});
