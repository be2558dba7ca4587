import type { DType, Values } from "./dtype.js";
import { type Shape, sizeOf } from "./shape.js";

// The format of PyTorch (torch/_tensor_str.py): 4 digits, lines of 80 characters, the middle left out beyond 1000 elements.

const DIGITS = 4;
const LINE = 80;
const THRESHOLD = 1000;
const EDGE = 3;

interface Format {
  readonly width: number;
  write(value: number): string;
}

/** Values and shape, as `tensor([[1., 2.]], shape=[1, 2])`; `notes` follow the shape. */
export function printTensor(values: Values, shape: Shape, dtype: DType, notes: readonly string[]): string {
  const prefix = "tensor(";
  const summarise = values.length > THRESHOLD;
  const shown = summarise ? edges(values, shape) : values;
  const format = dtype === "float32" ? floatFormat(shown) : integerFormat(shown);
  let text = prefix + (values.length === 0 ? "[]" : printLevel({ values, shape, summarise, format }, 0, 0, prefix.length));
  let column = text.length - text.lastIndexOf("\n") + 1;
  for (const note of [`shape=[${shape.join(", ")}]`, ...notes]) {
    const fits = column + note.length + 2 <= LINE;
    text += fits ? `, ${note}` : `,\n${" ".repeat(prefix.length)}${note}`;
    column = note.length + (fits ? column + 2 : prefix.length);
  }
  return `${text})`;
}

/** The indices shown of a dimension; −1 stands for those left out. */
function shownIndices(size: number, summarise: boolean): number[] {
  if (!summarise || size <= 2 * EDGE) return Array.from({ length: size }, (_, index) => index);
  const ends = Array.from({ length: EDGE }, (_, index) => index);
  return [...ends, -1, ...ends.map((index) => size - EDGE + index)];
}

/** The elements that are shown of a long tensor. */
function edges(values: Values, shape: Shape): Float64Array {
  let places = [0];
  for (const size of shape) {
    const indices = shownIndices(size, true).filter((index) => index >= 0);
    places = places.flatMap((place) => indices.map((index) => place * size + index));
  }
  return Float64Array.from(places, (place) => values[place]!);
}

interface Printed {
  readonly values: Values;
  readonly shape: Shape;
  readonly summarise: boolean;
  readonly format: Format;
}

function printLevel(all: Printed, axis: number, start: number, indent: number): string {
  const { values, shape, summarise, format } = all;
  if (axis === shape.length) return format.write(values[start]!).padStart(format.width);
  const isLast = axis === shape.length - 1;
  const step = sizeOf(shape.slice(axis + 1));
  const items = shownIndices(shape[axis]!, summarise).map((index) => {
    if (index < 0) return isLast ? " ..." : "...";
    return printLevel(all, axis + 1, start + index * step, indent + 1);
  });
  if (isLast) return `[${fillLines(items, indent, format.width)}]`;
  return `[${items.join(`,${"\n".repeat(shape.length - axis - 1)}${" ".repeat(indent + 1)}`)}]`;
}

/** As many items in a line as fit. */
function fillLines(items: readonly string[], indent: number, width: number): string {
  const perLine = Math.max(1, Math.floor((LINE - indent) / (width + 2)));
  const lines: string[] = [];
  for (let start = 0; start < items.length; start += perLine) lines.push(items.slice(start, start + perLine).join(", "));
  return lines.join(`,\n${" ".repeat(indent + 1)}`);
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 1);
}

function integerFormat(shown: ArrayLike<number>): Format {
  return { width: widest(Array.from(shown, String)), write: String };
}

/** Fixed digits, or powers of ten where those would show too little. */
function floatFormat(shown: ArrayLike<number>): Format {
  const counted = Array.from(shown).filter((value) => Number.isFinite(value) && value !== 0);
  const sizes = counted.map(Math.abs);
  const largest = Math.max(...sizes);
  const smallest = Math.min(...sizes);
  const whole = sizes.every((value) => Number.isInteger(value));
  const scientific = largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4;
  const write = (value: number): string => {
    if (Number.isNaN(value)) return "nan";
    if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
    if (scientific) return exponential(value);
    return whole ? `${signed(value, 0)}.` : signed(value, DIGITS);
  };
  return { width: widest(counted.map(write)), write };
}

function signed(value: number, digits: number): string {
  return Object.is(value, -0) ? `-${value.toFixed(digits)}` : value.toFixed(digits);
}

/** 1.2346e-05: two digits at least in the exponent. */
function exponential(value: number): string {
  const [digits = "", exponent = ""] = value.toExponential(DIGITS).split("e");
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}
