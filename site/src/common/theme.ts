/** Light and dark: the system's choice, until somebody makes another here. */

import { button } from "./dom.js";

const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? system.matches : theme === "dark";
}

/** Calls `listener` whenever colours change. */
export function onTheme(listener: () => void): void {
  listeners.add(listener);
}

const known = new Map<string, string>();
const probe = document.createElement("span");

/** The colour that a custom property of the style sheets has now, such as `--accent`. */
export function color(name: string): string {
  const found = known.get(name);
  if (found) return found;
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  if (!probe.isConnected) document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  known.set(name, resolved);
  return resolved;
}

function changed(toggle: HTMLButtonElement): void {
  toggle.setAttribute("aria-pressed", String(isDark()));
  known.clear();
  for (const listener of listeners) listener();
}

export function startTheme(): void {
  const toggle = button("theme");
  toggle.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset["theme"] = theme;
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // It lasts as long as the page, then.
    }
    changed(toggle);
  });
  system.addEventListener("change", () => changed(toggle));
  changed(toggle);
}
