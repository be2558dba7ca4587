#!/usr/bin/env node
/** `npx unrolled`: finds the command, runs it, and says what went wrong. */

import { backend, UnrolledError } from "unrolled";
import { type Command, EXIT } from "./command.js";
import { doctor } from "./commands/doctor.js";
import { evaluate } from "./commands/eval.js";
import { generate } from "./commands/generate.js";
import { inspect } from "./commands/inspect.js";
import { predict } from "./commands/predict.js";
import { train } from "./commands/train.js";
import { InputError, quote, sentence, UsageError } from "./errors.js";
import { reason } from "./files.js";
import { columns, helpOf } from "./help.js";
import { nearest } from "./nearest.js";
import { Narrator, print, stopPrinting } from "./terminal/output.js";

const COMMANDS: readonly Command[] = [train, predict, generate, evaluate, inspect, doctor];

const HELP = `examples
  unrolled train co2.csv --target CO2 --horizon 12 --out co2/
  unrolled eval co2/ co2.csv
  unrolled predict co2/ co2.csv > next.csv

  unrolled train book.txt --text --out book/
  unrolled generate book/ --prompt "Call me" --temperature 0.8

commands
${columns(COMMANDS.map(({ name, summary }) => [name, summary]))}

unrolled COMMAND --help says more. --version says which unrolled this is.
Data goes to standard output, all else to standard error. Exit codes: 0 done, 1 failed, 2 not understood, 130 interrupted.
`;

/** Runs the program. */
async function main(args: readonly string[], narrator: Narrator): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--version") return told(`${backend().version}\n`);
  if (name === "help" && rest[0] !== undefined) return main([rest[0], "--help"], narrator);
  if (name === "--help" || name === "-h" || name === "help") return told(HELP);
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) throw unknownCommand(name);
  if (rest.includes("--help") || rest.includes("-h")) return told(`${helpOf(command)}\n`);
  return command.run(rest, narrator);
}

async function told(text: string): Promise<number> {
  await print(text);
  return EXIT.ok;
}

function unknownCommand(name: string | undefined): UsageError {
  const names = COMMANDS.map((command) => command.name);
  const best = name === undefined ? undefined : nearest(name, names);
  const hint = best === undefined ? "unrolled --help has examples" : `did you mean ${best}?`;
  return new UsageError(sentence("unrolled", "the command", `one of ${names.join(", ")}`, name === undefined ? "none" : quote(name), hint));
}

/** One sentence for what the user or the machine can mend; of a fault of ours, all that helps to find it. */
function explain(error: unknown): string {
  if (error instanceof InputError || error instanceof UnrolledError) return error.message.replaceAll(/\s*\n\s*/g, " ");
  if (error instanceof Error && "syscall" in error) return sentence("unrolled", "the system", "able to go on", reason(error));
  if (error instanceof RangeError && /memory|allocation|array length/i.test(error.message)) {
    return sentence("unrolled", "memory", "enough", error.message, "take a smaller --hidden, --batch or --window");
  }
  return `unrolled: a fault of its own, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** A reader that has had enough (`| head`) is no error; a full disk is. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") {
    stopPrinting();
    // A training listens: what it has learned is saved first.
    if (!process.emit("SIGPIPE", "SIGPIPE")) process.exit(EXIT.ok);
    return;
  }
  process.stderr.write(`${sentence("unrolled", "standard output", "open for writing", reason(error))}\n`);
  process.exit(EXIT.failure);
});
process.stderr.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.exit(EXIT.failure);
});

const narrator = new Narrator(process.stderr);
try {
  process.exitCode = await main(process.argv.slice(2), narrator);
} catch (error) {
  narrator.stop();
  narrator.say(explain(error));
  process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failure;
}
