/** The list of names in docs/pytorch-compat.md. */

import { read } from "./documents.js";

export interface Row {
  /** PyTorch's names, and what they are called here; "*" stands for any ending. */
  readonly names: readonly { readonly torch: string; readonly here: string }[];
  readonly status: string;
  readonly remark: string;
}

export interface Section {
  readonly heading: string;
  /** PyTorch's modules and classes, without "torch.". */
  readonly modules: readonly string[];
  /** Where its names are here, such as "nn.init"; undefined where there is nothing of it. */
  readonly namespace: string | undefined;
  readonly rows: readonly Row[];
}

function camelCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function parseRow(line: string): Row[] {
  const [names = "", status = "", remark = ""] = line.split(" | ").map((cell) => cell.replace(/^\||\|$/g, "").trim());
  if (names === "PyTorch" || names.startsWith("---")) return [];
  const pairs = Array.from(names.matchAll(/`([^`]+)`(?: → `([^`]+)`)?/g), ([, torch = "", here]) => ({
    torch,
    here: here ?? camelCase(torch),
  }));
  return [{ names: pairs, status: status.replaceAll("*", ""), remark }];
}

/** All of its sections. */
export function sections(): Section[] {
  const list = read("docs/pytorch-compat.md").split("\n# Name by name\n")[1] ?? "";
  return list
    .split(/^### /m)
    .slice(1)
    .map((text) => {
      const [heading = "", ...lines] = text.split("\n");
      const [theirs = "", ours] = heading.split(" → ");
      return {
        heading,
        modules: Array.from(theirs.matchAll(/`(?:torch\.)?([^`]+)`/g), ([, module = ""]) => module),
        namespace: ours?.replaceAll("`", ""),
        rows: lines.filter((line) => line.startsWith("|")).flatMap(parseRow),
      };
    });
}

/** Whether a name is that of the list, or ends as it may. */
export function matches(listed: string, name: string): boolean {
  return listed.endsWith("*") ? name.startsWith(listed.slice(0, -1)) : listed === name;
}
