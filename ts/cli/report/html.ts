import { escapeXml } from "../../chart/index.js";
import { STYLE } from "./style.js";

/** A part of a page under a heading. */
export function section(heading: string, ...parts: readonly string[]): string {
  return `<section>\n<h2>${escapeXml(heading)}</h2>\n${parts.join("\n")}\n</section>`;
}

export function paragraph(text: string): string {
  return `<p>${escapeXml(text)}</p>`;
}

/** A table whose first row is its head and whose first column names the rows; it scrolls where it is too wide. `kind` is a class of the style. */
export function htmlTable(rows: readonly (readonly string[])[], kind: "scores" | "plain" = "plain"): string {
  const [head = [], ...body] = rows;
  const cells = (row: readonly string[], tag: string) => row.map((cell) => `<${tag}>${escapeXml(cell)}</${tag}>`).join("");
  const lines = body.map(([name = "", ...rest]) => `<tr><th scope="row">${escapeXml(name)}</th>${cells(rest, "td")}</tr>`);
  return `<div class="scroll"><table class="${kind}"><thead><tr>${cells(head, "th")}</tr></thead><tbody>${lines.join("\n")}</tbody></table></div>`;
}

export function bullets(texts: readonly string[]): string {
  return texts.length === 0 ? "" : `<ul>${texts.map((text) => `<li>${escapeXml(text)}</li>`).join("\n")}</ul>`;
}

/** A clause as a sentence. */
export function asSentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

/** Names and what they stand for. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  return `<dl>${pairs.map(([name, value]) => `<div><dt>${escapeXml(name)}</dt><dd>${escapeXml(value)}</dd></div>`).join("\n")}</dl>`;
}

/** Words as they were written. */
export function verbatim(text: string): string {
  return `<pre>${escapeXml(text)}</pre>`;
}

/** One file that needs no other: nothing in it leads outside. */
export function page(title: string, lead: string, parts: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeXml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escapeXml(title)}</h1><p>${escapeXml(lead)}</p></header>
<main>
${parts.join("\n")}
</main>
</body>
</html>
`;
}
