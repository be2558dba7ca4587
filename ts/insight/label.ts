/** A layer and direction of a module. */
export interface Place {
  /** As the model calls it. */
  readonly module: string;
  /** `LSTM`, `LSTMCell`, … */
  readonly type: string;
  readonly layer: number;
  readonly direction: "forward" | "reverse";
  /** Which of the module's axes of time, from 0. */
  readonly call?: number;
}

/** What tables, pictures and sentences call it: `encoder.rnn l1 reverse, call 2`; `decoder` of a cell, which has one layer and direction. */
export function layerLabel({ module, type, layer, direction, call = 0 }: Place): string {
  const place = type.endsWith("Cell") ? "" : ` l${layer}${direction === "reverse" ? " reverse" : ""}`;
  return `${module}${place}${call === 0 ? "" : `, call ${call + 1}`}`;
}

/** A label for a column of a table; the end of what is too long. */
export function fitted(label: string, width: number): string {
  const characters = [...label];
  return characters.length <= width ? label : `…${characters.slice(1 - width).join("")}`;
}
