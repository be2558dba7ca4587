import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { nn, randn, type Tensor } from "unrolled";
import { loadFile, saveFile } from "unrolled/node";
import { expect, test } from "vitest";
import { tensorDict } from "../io/dicts.js";
import { inFolder, needsPython, runPython } from "./python.js";

/** Asserts that a module gives what PyTorch gave with the same parameters. */
function expectSameRun(lstm: nn.LSTM, run: Record<string, Tensor>): void {
  const [output, [hn, cn]] = lstm.forward(run["input"] as Tensor);
  for (const [name, actual] of Object.entries({ output, hn, cn })) {
    expect(actual.shape).toEqual(run[name]?.shape);
    expect(Math.max(...actual.sub(run[name] as Tensor).data.map(Math.abs)), name).toBeLessThan(1e-5);
  }
}

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

    expectSameRun(ours, await loadFile(file("ours.run")));
    const theirs = new nn.LSTM(4, 6, { numLayers: 2, projSize: 3 });
    theirs.loadStateDict(await loadFile(file("theirs")));
    expectSameRun(theirs, await loadFile(file("theirs.run")));
    for (const index of dicts.keys()) {
      const written = readFileSync(join(folder, `again.${index}.python`));
      expect(written.equals(readFileSync(file(`again.${index}`))), `dict ${index}: the bytes of Python`).toBe(true);
    }
  });
});
