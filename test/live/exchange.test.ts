import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { fullLike, nn, optim, rand, randn, type Tensor } from "unrolled";
import { loadFile, saveCheckpoint, saveFile } from "unrolled/node";
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

    const { model, optimizer, step } = adamOf(new nn.GRU(3, 5));
    step();
    await saveCheckpoint({ model, optimizer, extra: { best: 0.1 } }, file("checkpoint"));

    runPython("exchange.py", folder);

    // PyTorch draws the same numbers from the checkpoint's generator, and takes the same step with its optimizer.
    const drawn = rand([7]);
    step();
    const { drawn: theirDrawn, ...stepped } = await loadFile(file("stepped"));
    expect(theirDrawn?.toArray()).toEqual(drawn.toArray());
    for (const [name, value] of Object.entries(model.stateDict()))
      expect(value.allclose(stepped[name] as Tensor, { rtol: 1e-6, atol: 1e-7 }), name).toBe(true);

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

/** A model with its optimizer, and a step with gradients that both sides know. */
function adamOf(model: nn.Module): { model: nn.Module; optimizer: optim.Adam; step: () => void } {
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
  const step = () => {
    for (const parameter of model.parameters()) parameter.grad = fullLike(parameter, 0.25);
    optimizer.step();
  };
  return { model, optimizer, step };
}
