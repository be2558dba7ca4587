import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";

const packed = inject("packed");
const manifest = JSON.parse(readFileSync(join(inject("installed"), "node_modules/unrolled/package.json"), "utf8"));

/** Every path in `exports`, whatever its conditions. */
function targets(value: unknown): string[] {
  return typeof value === "string" ? [value] : Object.values(value as object).flatMap(targets);
}

test("the tarball holds what package.json names", () => {
  for (const target of targets(manifest.exports)) expect(packed).toContain(target.replace("./", ""));
});

test("the tarball holds nothing but the built package and its papers", () => {
  const expected =
    /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/LICENSES\.txt|dist\/[\w.-]+\.(js|js\.map|wasm)|dist\/types\/[\w/.-]+\.d\.ts)$/;
  expect(packed.filter((path) => !expected.test(path))).toEqual([]);
  expect(packed).toContain("README.md");
  expect(packed).toContain("LICENSE");
});

test("the package depends on nothing", () => {
  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies"]) expect(manifest[kind]).toBeUndefined();
});
