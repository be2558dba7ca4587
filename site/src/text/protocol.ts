/** What the page and the worker of the next-character network say to each other. */

import type { Cell } from "../../../examples/moby-dick/model.js";

export type { Cell };

/** What can be chosen before a start. */
export interface Settings {
  readonly cell: Cell;
  readonly hidden: number;
  readonly layers: number;
}

/** What can be changed at any time. */
export interface Manner {
  readonly learningRate: number;
  readonly temperature: number;
}

/** A file of the page, or somebody's own. */
export type Text = { readonly url: string } | { readonly own: string };

/** What is asked of the worker. */
export type Request =
  /** A new network for a text, which is fetched if it is a URL. */
  | { readonly kind: "begin"; readonly text: Text; readonly settings: Settings }
  /** Something to learn from, for a network that was opened. */
  | { readonly kind: "study"; readonly text: Text }
  /** Learns, and writes meanwhile, until it is aborted. */
  | { readonly kind: "learn"; readonly manner: Manner }
  /** Writes on from a prompt, without learning. */
  | { readonly kind: "write"; readonly prompt: string; readonly length: number; readonly temperature: number }
  | { readonly kind: "save" }
  /** Takes a network from a file. */
  | { readonly kind: "open"; readonly bytes: Uint8Array };

/** Characters that were written, and the state of each unit of the last layer after each of them. */
export interface Written {
  readonly characters: readonly string[];
  /** `[characters, hidden]` from −1 to 1: tanh(c) of an LSTM, h of the others. */
  readonly states: Float32Array;
}

/** The network there is now. */
export interface Ready {
  readonly kind: "ready";
  readonly settings: Settings;
  readonly parameters: number;
  /** Different characters. */
  readonly vocabulary: number;
  readonly simd: string;
  /** Whether there is a text to learn from. */
  readonly hasText: boolean;
}

/** What happened since the last one. */
export interface Progress {
  readonly kind: "progress";
  readonly step: number;
  readonly characters: number;
  /** The mean cross entropy, in nats. */
  readonly loss: number;
  readonly charactersPerSecond: number;
  /** Bits per character of a text that is not learned from; null where it was not measured this time. */
  readonly heldOut: number | null;
  readonly written: Written;
}

export type Answer =
  | Ready
  | Progress
  | { readonly kind: "written"; readonly written: Written }
  | { readonly kind: "saved"; readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string }
  /** What was given cannot be used. */
  | { readonly kind: "refused"; readonly reason: string };
