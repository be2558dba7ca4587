/** Finding and making elements. */

type Constructor<E extends Element> = abstract new () => E;

/** The element with an id, which the markup must have. */
export function byId<E extends Element = HTMLElement>(id: string, kind: Constructor<E> = HTMLElement as unknown as Constructor<E>): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page must have a ${kind.name} with the id ${id}`);
  return found;
}

export const button = (id: string): HTMLButtonElement => byId(id, HTMLButtonElement);
export const input = (id: string): HTMLInputElement => byId(id, HTMLInputElement);

/** A new element with a text in it, or other elements. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...content: (string | Node)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/** The value of the radio button that is chosen. */
export function choice<T extends string>(form: HTMLFormElement, name: string): T {
  return new FormData(form).get(name) as T;
}

export function choose(form: HTMLFormElement, name: string, value: string): void {
  const group = form.elements.namedItem(name);
  if (group instanceof RadioNodeList) group.value = value;
}

/** Gives the browser bytes to save as a file: they go nowhere else. */
export function download(bytes: Uint8Array<ArrayBuffer>, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = make("a", "");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it while this turn goes on, and perhaps a little later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
