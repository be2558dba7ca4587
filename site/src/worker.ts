/** The module of every worker: its name says which panel it works for. So all of them share the files of the package. */

import { type AnyJob, serve } from "unrolled/worker";

const sessions = {
  text: () => import("./text/session.js"),
  series: () => import("./series/session.js"),
  memory: () => import("./memory/session.js"),
  twin: () => import("./twin/session.js"),
  speed: () => import("./speed/session.js"),
} as const;

export type PanelName = keyof typeof sessions;

const { answer } = await sessions[self.name as PanelName]();
serve(answer as AnyJob);
