import { readdirSync, statSync } from "node:fs";
import { format } from "node:util";
import { backend, nn } from "unrolled";
import { describe, expect, test, vi } from "vitest";
import { expectShown, read } from "../support/documents.js";
import { expectPrinted } from "../support/twins.js";

const document: string = read("docs/guide.md");
const programs: readonly string[] = readdirSync(new URL("../../examples/guide/", import.meta.url)).flatMap(
  (file) => /^(.+)\.ts$/.exec(file)?.[1] ?? [],
);

/** Runs a program once; what it printed. */
async function printedBy(program: string): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => void lines.push(format(...values)));
  try {
    await import(`../../examples/guide/${program}.ts`);
  } finally {
    log.mockRestore();
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** A training of many steps is the same to the last digit on simd128 only; elsewhere it ends as well. */
const exact: boolean = backend().simd === "simd128";

describe.each(programs)("%s", (program) => {
  test("prints what the guide says", async () => {
    const [printed, expected] = [await printedBy(program), read(`examples/guide/${program}.txt`)];
    if (exact) expect(printed).toBe(expected);
    else if (program !== "04-training") expectPrinted(printed, expected.replaceAll("[ ", "[").replaceAll(" ]", "]"));
    else expect(Number(/^test (.*)$/m.exec(printed)?.[1])).toBeGreaterThan(0.9);
  });

  test("is in the guide as it is, and so is what it prints", () => {
    expectShown("docs/guide.md", "ts", `examples/guide/${program}.ts`);
    expectShown("docs/guide.md", "text", `examples/guide/${program}.txt`);
  });
});

test("the guide has no other block of code than these programs and what they print", () => {
  const blocks = Array.from(document.matchAll(/^```(\w+)$/gm), ([, language]) => language).filter((language) => language !== "sh");
  expect(blocks).toEqual(programs.flatMap(() => ["ts", "text"]));
});

test("backpropagation by hand gives what backward() gives, and one update lowers the loss", () => {
  const printed = read("examples/guide/03-bptt.txt");
  const numbers = (pattern: RegExp) => (pattern.exec(printed) ?? []).slice(1).map(Number);
  const byHand = numbers(/^t = 0: .* so far dw (\S+), du (\S+), db (\S+)$/m);
  expect(byHand).toHaveLength(3);
  expect(numbers(/^backward\(\) (\S+) (\S+) (\S+)$/m)).toEqual(byHand);
  const [before, after] = numbers(/^loss (\S+) → (\S+)$/m) as [number, number];
  expect(after).toBeLessThan(before);
});

test("the table of cells says how many parameters they have", () => {
  for (const [name, cell] of Object.entries({ RNN: nn.RNN, GRU: nn.GRU, LSTM: nn.LSTM })) {
    const count = new cell(64, 64).parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);
    expect(document).toMatch(new RegExp(`^\\| \`nn.${name}\` \\|.*\\| ${count.toLocaleString("en")} \\|`, "m"));
  }
});

test("every picture of the guide is there, weighs less than 150 KB, and says what it shows", () => {
  const pictures = Array.from(document.matchAll(/!\[([^\]]+)\]\((images\/[\w-]+\.svg)\)/g), ([, alt, path]) => ({ alt, path }));
  expect(pictures.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["adding", "clipping", "copy-memory", "forecast", "gradients"].map((name) => `images/${name}.svg`)),
  );
  for (const { alt, path } of pictures) {
    expect(statSync(new URL(`../../docs/${path}`, import.meta.url)).size, path).toBeLessThan(150_000);
    expect(alt?.length).toBeGreaterThan(20);
    expect(read(`docs/${path}`)).not.toMatch(/NaN|undefined|Infinity/);
  }
});

test("what the guide links to is there", () => {
  const links = Array.from(document.matchAll(/\]\((?!https?:|#)([^)#]+)/g), ([, link]) => link as string);
  expect(links.length).toBeGreaterThan(10);
  for (const link of links) expect(statSync(new URL(`../../docs/${link}`, import.meta.url)).size, link).toBeGreaterThan(0);
});
