import { expect } from "vitest";

/** An element of an SVG file: what a strict reader of XML makes of it. */
export interface Xml {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: (Xml | string)[];
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function text(raw: string): string {
  expect(raw).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)|</);
  return raw.replace(/&([^;]+);/g, (_, name: string) => ENTITIES[name]!);
}

/** Reads XML without a prologue, comments or CDATA; fails on anything that is not well-formed. */
export function parseXml(source: string): Xml {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to write them
  expect(source).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  const stack: Xml[] = [{ name: "", attributes: {}, children: [] }];
  const token = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  let end = 0;
  for (const [whole, closing, name, attributes, empty, raw] of source.trimEnd().matchAll(token)) {
    end += whole.length;
    if (raw !== undefined) stack.at(-1)!.children.push(text(raw));
    else if (closing) expect(stack.pop()!.name).toBe(name);
    else {
      const pairs = [...attributes!.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key!, text(value!)] as const);
      expect(new Set(pairs.map(([key]) => key)).size).toBe(pairs.length);
      const node: Xml = { name: name!, attributes: Object.fromEntries(pairs), children: [] };
      stack.at(-1)!.children.push(node);
      if (!empty) stack.push(node);
    }
  }
  expect(end).toBe(source.trimEnd().length);
  expect(stack.length).toBe(1);
  const [root, ...rest] = stack[0]!.children.filter((child) => typeof child !== "string");
  expect(rest).toEqual([]);
  return root!;
}

/** All elements of a name, in order. */
export function all(node: Xml, name: string): Xml[] {
  return node.children.flatMap((child) =>
    typeof child === "string" ? [] : [...(child.name === name ? [child] : []), ...all(child, name)],
  );
}

/** What an element says. */
export function textOf(node: Xml): string {
  return node.children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
}

/** What an SVG file says in its texts; it is one that stands alone. */
export function readSvg(svg: string): { root: Xml; texts: string[] } {
  const root = parseXml(svg);
  expect(root.name).toBe("svg");
  expect(root.attributes["xmlns"]).toBe("http://www.w3.org/2000/svg");
  expect(root.attributes["role"]).toBe("img");
  const [title, desc, ground] = root.children.filter((child) => typeof child !== "string");
  expect([title!.name, desc!.name]).toEqual(["title", "desc"]);
  expect(textOf(title!)).not.toBe("");
  expect(ground!.attributes["fill"]).toBe("white");
  expect(svg.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|href|url\(|<script|<style|NaN"|Infinity"|undefined"/);
  for (const path of all(root, "path")) expect(path.attributes["d"]).not.toMatch(/NaN|Infinity|undefined/);
  return { root, texts: all(root, "text").map(textOf) };
}
