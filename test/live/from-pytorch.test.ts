import { test } from "vitest";
import { expectPrinted, twins } from "../support/twins.js";
import { inFolder, needsPython, runPythonIn } from "./python.js";

const { beside, printedBy, programs } = twins("from-pytorch", "py");

test.for(programs)("%s prints what its twin in Python prints", { timeout: 120_000 }, async (name, context) => {
  needsPython(context);
  await inFolder(async (folder) => {
    const theirs = runPythonIn(folder, beside(`${name}.py`));
    expectPrinted(await printedBy(name, folder), theirs);
  });
});
