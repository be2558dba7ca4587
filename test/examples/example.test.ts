import { existsSync, readdirSync, readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { buildPackage, runExample } from "../support/example.js";

const folder = new URL("../../examples/", import.meta.url);
const names = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/main.ts`, folder)));

beforeAll(buildPackage, 300_000);

test.each([[], ["--help"]])("without a name it lists every example with its title", (...args) => {
  const { status, stdout, stderr } = runExample(...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  for (const name of names) expect(stdout).toMatch(new RegExp(`^  ${name} +\\S.{10,}$`, "m"));
});

test("a name that is none is refused with the list of those that are", () => {
  const { status, stdout, stderr } = runExample("shape");
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(/^There is no example "shape"\. There are$/m);
  expect(stderr).toMatch(/^ {2}shapes +The shapes of/m);
});

test("--help says what options there are", () => {
  const { status, stdout } = runExample("shapes", "--help");
  expect(status).toBe(0);
  for (const option of ["short", "seed", "json", "picture", "help"]) expect(stdout).toContain(`--${option} `);
});

test.each([
  [["--shrt"], "Unknown option '--shrt'."],
  [["twice"], "Unexpected argument 'twice'."],
  [["--seed", "-1"], "Option '--seed' argument is ambiguous."],
  [["--seed", "1.5"], '--seed must be a whole number of at least 0, got "1.5".'],
  [["--picture", "shapes.png"], '--picture must end in .svg, got "shapes.png".'],
])("refuses %j in one sentence", (args, sentence) => {
  expect(runExample("shapes", ...args)).toEqual({ status: 2, stdout: "", stderr: `${sentence}\n` });
});

test("every example says in a README.md and in the index what it shows", () => {
  const index = readFileSync(new URL("README.md", folder), "utf8");
  for (const name of names) {
    expect(readFileSync(new URL(`${name}/README.md`, folder), "utf8")).toMatch(/^# \S/);
    expect(index, name).toContain(`](${name}/README.md)`);
  }
});
