/** What people put into fields: read, checked, and, where it cannot be, said beside the field. */

import { byId, input } from "./dom.js";

/** What is in a field cannot be used. */
export class FieldError extends Error {
  static override readonly name: string = "FieldError";
  /** The field's id. */
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** Shows a message beside a field, or takes it away. */
export function complain(field: string, message: string): void {
  byId(`${field}-error`).textContent = message;
  const element = byId(field);
  if (message) element.setAttribute("aria-invalid", "true");
  else element.removeAttribute("aria-invalid");
}

/** Calls `action`; a {@link FieldError} is shown beside its field, which gets the focus, and the result is undefined. */
export function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    complain(error.field, error.message);
    byId(error.field).focus();
    return undefined;
  }
}

/** The number in a field, within the bounds that its markup says; an error names them. */
export function number(id: string): number {
  const { value, min, max, step, labels, validity } = input(id);
  const result = Number(value);
  const integral = step !== "any";
  const good =
    value.trim() !== "" && !validity.badInput && result >= Number(min) && result <= Number(max) && (!integral || Number.isInteger(result));
  const name = labels?.[0]?.firstChild?.textContent?.trim() ?? id;
  if (!good)
    throw new FieldError(
      id,
      `${name} must be ${integral ? "a whole number" : "a number"} from ${min} to ${max}${value ? `, got ${value}` : ""}.`,
    );
  complain(id, "");
  return result;
}

/** Takes a field's message away as soon as somebody changes the field. */
export function forgive(...ids: readonly string[]): void {
  for (const id of ids) byId(id).addEventListener("input", () => complain(id, ""));
}
