import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FormatError, io, OptionError, tensor } from "unrolled";
import { loadFile, saveFile } from "unrolled/node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "unrolled-files-"));
  path = join(folder, "model.safetensors");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const tensors = { a: tensor([[1, 2, 3]]), b: tensor([4, 5], { dtype: "int32" }) };

describe("saveFile", () => {
  test("writes what io.safetensors.save makes, and leaves nothing else", async () => {
    await saveFile(tensors, path, { metadata: { epoch: "3" } });
    const bytes = readFileSync(path);
    expect(bytes.equals(io.safetensors.save(tensors, { metadata: { epoch: "3" } }))).toBe(true);
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
  });

  test("replaces a file, keeps its permissions, and follows links to it", async () => {
    mkdirSync(join(folder, "elsewhere"));
    const target = join(folder, "elsewhere", "real");
    writeFileSync(target, "old");
    chmodSync(target, 0o640);
    symlinkSync(target, path);
    await saveFile(tensors, path);
    expect(readFileSync(target).equals(io.safetensors.save(tensors))).toBe(true);
    expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).toSorted()).toEqual(["elsewhere", "model.safetensors"]);
    expect(readdirSync(join(folder, "elsewhere"))).toEqual(["real"]);
  });

  test("follows a link to a file that is not there yet, and a link to a link", async () => {
    symlinkSync("first", path);
    symlinkSync("second", join(folder, "first"));
    await saveFile(tensors, path);
    expect(readFileSync(join(folder, "second")).equals(io.safetensors.save(tensors))).toBe(true);
    expect(readdirSync(folder).toSorted()).toEqual(["first", "model.safetensors", "second"]);
    symlinkSync("circle", join(folder, "circle"));
    await expect(saveFile(tensors, join(folder, "circle"))).rejects.toThrow(/must be one that can be written, got ELOOP/);
  });

  test("keeps all bits of the permissions, also those that forbid", async () => {
    for (const mode of [0o400, 0o600, 0o666, 0o755]) {
      writeFileSync(join(folder, `${mode}`), "old");
      chmodSync(join(folder, `${mode}`), mode);
      await saveFile(tensors, join(folder, `${mode}`));
      expect(statSync(join(folder, `${mode}`)).mode & 0o7777).toBe(mode);
    }
  });

  test("refuses what is no file, and leaves it alone", async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const message =
      "must be one that can be written, got a device or pipe, which cannot be replaced as a whole; what was there before is unchanged";
    await expect(saveFile(tensors, pipe)).rejects.toThrow(message);
    expect(statSync(pipe).isFIFO()).toBe(true);
  });

  test("takes the values of the moment it is called", async () => {
    const x = tensor([1, 2]);
    const written = saveFile({ x }, path);
    x.fill_(9);
    await written;
    expect((await loadFile(path))["x"]?.toArray()).toEqual([1, 2]);
  });

  test("many at once to one name leave one of them whole", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => saveFile({ x: tensor(new Array(1000 + index).fill(index)) }, path)));
    const { x } = await loadFile(path);
    expect(x?.numel()).toBe(1000 + (x?.data[0] as number));
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
  });

  test("that fails leaves what was there", async () => {
    writeFileSync(path, "old");
    await expect(saveFile({ x: 1 as never }, path)).rejects.toThrow(
      new OptionError('io.safetensors.save: tensors["x"] must be a tensor, got 1'),
    );
    expect(readFileSync(path, "utf8")).toBe("old");
    // A folder cannot be replaced by a file: the failure comes last, at the renaming.
    const taken = join(folder, "folder");
    mkdirSync(join(taken, "inner"), { recursive: true });
    const failure = await saveFile(tensors, taken).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FormatError);
    expect((failure as Error).message).toMatch(
      /^saveFile\(".*folder"\): the file must be one that can be written, got E(ISDIR|NOTEMPTY|EXIST|PERM): .*; what was there before is unchanged$/,
    );
    expect(readdirSync(folder).toSorted()).toEqual(["folder", "model.safetensors"]);
  });

  test("names a folder that is not there", async () => {
    const missing = join(folder, "no", "model.safetensors");
    const message = new RegExp(`^saveFile\\("${missing}"\\): the file must be one that can be written, got ENOENT: .*; what was there`);
    await expect(saveFile(tensors, missing)).rejects.toThrow(message);
    await expect(saveFile(tensors, missing)).rejects.toThrow(FormatError);
  });

  test("refuses arguments in the wrong order, and no path", async () => {
    await expect(saveFile(path as never, tensors as never)).rejects.toThrow(
      /tensors must be an object .*, got ".*"; the path comes second$/,
    );
    await expect(saveFile(tensors, "")).rejects.toThrow(new OptionError('saveFile: path must be a path or a file: URL, got ""'));
    await expect(saveFile(tensors, undefined as never)).rejects.toThrow("saveFile: path must be a path or a file: URL, got undefined");
    await expect(saveFile(tensors, new URL("https://example.org/x"))).rejects.toThrow("file: URL, got https://example.org/x");
  });
});

describe("loadFile", () => {
  test("reads what saveFile wrote, by path and by URL", async () => {
    await saveFile(tensors, pathToFileURL(path));
    for (const name of [path, pathToFileURL(path)]) {
      const { a, b } = await loadFile(name);
      expect([a?.toArray(), b?.toArray(), b?.dtype]).toEqual([[[1, 2, 3]], [4, 5], "int32"]);
    }
  });

  test("names a file that is damaged, and what is wrong with it", async () => {
    await saveFile(tensors, path);
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    const where = `loadFile(${JSON.stringify(path)})`;
    await expect(loadFile(path)).rejects.toThrow(
      new FormatError(`${where}: the data after the header must be 20 bytes long, got 19; is it cut off?`),
    );
  });

  test("keeps a name with $ in its message", async () => {
    const odd = join(folder, "$& $1.safetensors");
    writeFileSync(odd, "");
    await expect(loadFile(odd)).rejects.toThrow(`loadFile(${JSON.stringify(odd)}): the file must be at least 8 bytes long, got 0`);
  });

  test("names a file that is not there, and where it was looked for", async () => {
    const expected = /^loadFile\("no\.safetensors"\): the file must be one that can be read, got ENOENT: .*; relative paths begin at \//;
    await expect(loadFile("no.safetensors")).rejects.toThrow(expected);
    await expect(loadFile("no.safetensors")).rejects.toThrow(FormatError);
    await expect(loadFile(folder)).rejects.toThrow(/got EISDIR/);
    await expect(loadFile(3 as never)).rejects.toThrow(new OptionError("loadFile: path must be a path or a file: URL, got 3"));
  });
});
