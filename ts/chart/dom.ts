/**
 * The few methods of a DOM by which Observable Plot and d3-selection build a picture, and its text as XML.
 *
 * Pictures are the same text everywhere: no page's `document` is asked, so that Node, a worker and every browser draw alike. A whole DOM
 * (linkedom: 141 kB gzipped) would weigh more than Plot itself.
 */

const SVG = "http://www.w3.org/2000/svg";

class Node {
  parentNode: Element | null = null;
  readonly ownerDocument: Document;

  constructor(ownerDocument: Document) {
    this.ownerDocument = ownerDocument;
  }

  get textContent(): string {
    return "";
  }
}

class Text extends Node {
  readonly #text: string;

  constructor(ownerDocument: Document, text: string) {
    super(ownerDocument);
    this.#text = text;
  }

  override get textContent(): string {
    return this.#text;
  }
}

/** What `element.style` is: properties by either of their names. */
class Style {
  [property: string]: unknown;

  setProperty(property: string, value: unknown): void {
    this[property] = value;
  }
}

export class Element extends Node {
  readonly namespaceURI: string = SVG;
  readonly localName: string;
  readonly childNodes: Node[] = [];
  readonly style: Style = new Style();
  readonly #attributes = new Map<string, string>();

  constructor(ownerDocument: Document, localName: string) {
    super(ownerDocument);
    this.localName = localName;
  }

  /** Lengths need no more than hundredths of a pixel; what is behind differs from engine to engine, too. */
  setAttribute(name: string, value: unknown): void {
    this.#attributes.set(
      name,
      String(value).replace(/\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100)),
    );
  }

  setAttributeNS(_namespace: string, name: string, value: unknown): void {
    this.setAttribute(name, value);
  }

  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null;
  }

  hasAttribute(name: string): boolean {
    return this.#attributes.has(name);
  }

  removeAttribute(name: string): void {
    this.#attributes.delete(name);
  }

  get attributes(): ReadonlyMap<string, string> {
    return this.#attributes;
  }

  get firstChild(): Node | null {
    return this.childNodes[0] ?? null;
  }

  get children(): Element[] {
    return this.childNodes.filter((child) => child instanceof Element);
  }

  insertBefore<T extends Node>(child: T, next: Node | null): T {
    child.parentNode?.removeChild(child);
    const place = next === null ? this.childNodes.length : this.childNodes.indexOf(next);
    this.childNodes.splice(place, 0, child);
    child.parentNode = this;
    return child;
  }

  appendChild<T extends Node>(child: T): T {
    return this.insertBefore(child, null);
  }

  append(...children: readonly (Node | string)[]): void {
    for (const child of children) this.appendChild(typeof child === "string" ? this.ownerDocument.createTextNode(child) : child);
  }

  removeChild<T extends Node>(child: T): T {
    this.childNodes.splice(this.childNodes.indexOf(child), 1);
    child.parentNode = null;
    return child;
  }

  override get textContent(): string {
    return this.childNodes.map((child) => child.textContent).join("");
  }

  override set textContent(text: string) {
    this.childNodes.length = 0;
    if (text !== "") this.append(String(text));
  }
}

export class Document {
  readonly documentElement: Element = new Element(this, "svg");

  createElementNS(_namespace: string, name: string): Element {
    return new Element(this, name);
  }

  createElement(name: string): Element {
    return new Element(this, name);
  }

  createTextNode(text: string): Text {
    return new Text(this, text);
  }
}

/** An element of a picture, with its attributes and children; attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly (Element | string)[]
): Element {
  const made = new Element(shared, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const shared = new Document();

/** An element and all it holds, as XML. */
export function serialize(node: Element): string {
  let text = `<${node.localName}`;
  for (const [name, value] of node.attributes) text += ` ${name}="${escapeXml(value)}"`;
  const style = styleText(node.style);
  if (style !== "") text += ` style="${escapeXml(style)}"`;
  if (node.childNodes.length === 0) return `${text}/>`;
  text += ">";
  for (const child of node.childNodes) text += child instanceof Element ? serialize(child) : escapeXml(child.textContent);
  return `${text}</${node.localName}>`;
}

function styleText(style: Style): string {
  const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return Object.entries(style)
    .map(([name, value]) => `${kebab(name)}:${value}`)
    .join(";");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Control characters and halves of surrogate pairs, which XML has no way to write. */
const NOT_XML = /[^\t\n\r\P{Cc}]|\p{Cs}|[\ufffe\uffff]/gu;

/** Text as XML and HTML write it, in elements and attributes; what neither can hold becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(NOT_XML, "\ufffd").replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
