import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { nn, randn } from "unrolled";
import { loadFile, saveFile } from "unrolled/node";
import { expect, test } from "vitest";
import { tensorDict } from "../io/dicts.js";
import { expectRun } from "../io/run.js";
import { inFolder, needsPython, runPython } from "./python.js";

test("Python reads what is written here, and the other way round", { timeout: 120_000 }, async (context) => {
  needsPython(context);
  const ours = new nn.LSTM(3, 5, { numLayers: 2, bidirectional: true });
  const dicts = fc.sample(tensorDict, 50);
  await inFolder(async (folder) => {
    const file = (name: string) => join(folder, `${name}.safetensors`);
    await saveFile(ours.stateDict(), file("ours"), { metadata: { "written by": "unrolled" } });
    await saveFile({ input: randn([6, 3, 3]) }, file("ours.input"));
    for (const [index, dict] of dicts.entries())
      await saveFile(dict, file(`again.${index}`), index % 2 === 0 ? {} : { metadata: { index: `${index}` } });

    runPython("exchange.py", folder);

    expectRun(ours, await loadFile(file("ours.run")), 1e-5);
    const theirs = new nn.LSTM(4, 6, { numLayers: 2, projSize: 3 });
    theirs.loadStateDict(await loadFile(file("theirs")));
    expectRun(theirs, await loadFile(file("theirs.run")), 1e-5);
    for (const index of dicts.keys()) {
      const written = readFileSync(join(folder, `again.${index}.python`));
      expect(written.equals(readFileSync(file(`again.${index}`))), `dict ${index}: the bytes of Python`).toBe(true);
    }
  });
});
