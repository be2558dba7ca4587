/** What the user can mend: told as one sentence, with no stack. */
export class InputError extends Error {
  static override readonly name: string = "InputError";
  override name = "InputError";
}

/** The command line itself cannot be understood: exit code 2. */
export class UsageError extends InputError {
  static override readonly name: string = "UsageError";
  override name = "UsageError";
}

/** The one form of a message: `Where: what must be <expected>, got <actual>[; hint]`. */
export function sentence(where: string, what: string, expected: string, actual: string, hint?: string): string {
  return `${where}: ${what} must be ${expected}, got ${actual}${hint === undefined || hint === "" ? "" : `; ${hint}`}`;
}

/** A text as messages show it: in quotes, and short. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

/** A list as messages show it: no more than ten. */
export function list(names: readonly string[]): string {
  return names.length <= 10 ? names.join(", ") : `${names.slice(0, 10).join(", ")}, … (${names.length} in all)`;
}
