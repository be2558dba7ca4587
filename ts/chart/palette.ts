import * as Plot from "@observablehq/plot";

export const INK = "#22303c";
export const MUTED = "#5b6875";
export const GRID = "#dfe4e9";

/** What is not a finite number: a colour that no scale has, and that every kind of colour vision tells from them. */
export const NOT_FINITE = "#e6007e";

/** Eight colours that readers of all kinds of colour vision tell apart (Okabe and Ito 2008), the yellow darkened for a white ground. */
export const SERIES: readonly string[] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7a5195", "#4d4d4d"];

/** How values become colours. */
export interface ColourScale {
  /** `sequential` from light (low) to dark; `diverging` from blue over white to red, its domain symmetric about 0; `log` sequential over powers of ten. */
  readonly kind: "sequential" | "diverging" | "log";
  /** The least and the greatest value. */
  readonly domain: readonly [number, number];
}

/** Colours are told apart in so many steps; more would only make files larger. */
export const LEVELS = 64;

const tables = new Map<string, readonly string[]>();

/** The colours of the levels, lowest first. */
export function colours(kind: ColourScale["kind"]): readonly string[] {
  const scheme = kind === "diverging" ? "RdBu" : "YlGnBu";
  let table = tables.get(scheme);
  if (table === undefined) {
    const options = kind === "diverging" ? ({ scheme, reverse: true } as const) : ({ scheme } as const);
    const scale = Plot.scale({ color: { type: "linear", ...options, domain: [0, LEVELS - 1] } });
    if (scale === undefined) throw new RangeError("Plot has no such scale");
    table = Array.from({ length: LEVELS }, (_, level) => hex(scale.apply(level)));
    tables.set(scheme, table);
  }
  return table;
}

/** Plot writes `rgb(1, 2, 3)`. */
function hex(colour: string): string {
  const parts = colour.match(/\d+/g);
  return colour.startsWith("rgb") && parts ? `#${parts.map((part) => Number(part).toString(16).padStart(2, "0")).join("")}` : colour;
}

/** The level of a finite value; what lies outside of the domain has the colour of its end. */
export function levelOf(value: number, { kind, domain: [low, high] }: ColourScale): number {
  const share = kind === "log" ? Math.log(Math.max(value, low) / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.max(0, Math.min(LEVELS - 1, Math.round((Number.isNaN(share) ? 0 : share) * (LEVELS - 1))));
}

/** The colour of a value, in magenta what is not finite. */
export function cellColour(value: number, scale: ColourScale): string {
  return Number.isFinite(value) ? (colours(scale.kind)[levelOf(value, scale)] as string) : NOT_FINITE;
}

/** `[−a, a]` that holds all finite values, `a` rounded up; `[−1, 1]` where they are all zero. */
export function symmetricDomain(values: Iterable<number>): readonly [number, number] {
  const reach = roundUp(largest(values)) || 1;
  return [-reach, reach];
}

/** The greatest finite magnitude; 0 if there is none. */
export function largest(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most;
}

/** The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return Number((digit * power).toPrecision(2));
}

/** Powers of ten around all positive finite values, at least one apart and at most `decades`. */
export function logDomain(values: Iterable<number>, decades = 60): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const value of values) {
    if (!(value > 0) || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high === 0) return [0.1, 1];
  const top = Math.ceil(Math.log10(high) - 1e-9);
  const bottom = Math.max(Math.min(Math.floor(Math.log10(low) + 1e-9), top - 1), top - decades);
  return [Number(`1e${bottom}`), Number(`1e${top}`)];
}
