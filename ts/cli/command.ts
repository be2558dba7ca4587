import type { CommandHelp } from "./help.js";
import type { Narrator } from "./terminal/output.js";

/** One command of the program. */
export interface Command extends CommandHelp {
  /**
   * Runs it.
   *
   * @param args what stands behind its name
   * @returns the exit code
   */
  run(args: readonly string[], narrator: Narrator): Promise<number>;
}

/** Exit codes. */
export const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130, terminated: 143 } as const;
