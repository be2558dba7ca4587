// Two copies of unrolled in one program have two classes of each name, so that `instanceof` does not know the other's. Each marks its own.

/** What modules are marked with, by any copy. */
export const MODULE: unique symbol = Symbol.for("unrolled.Module");
/** What tensors are marked with, by any copy. */
export const TENSOR: unique symbol = Symbol.for("unrolled.Tensor");
/** The mark of this copy. */
export const COPY: object = {};

/** What to say of a module or tensor that another copy of unrolled made; undefined for all else. */
export function foreignHint(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const marks = value as { readonly [MODULE]?: object; readonly [TENSOR]?: object };
  const mark = marks[MODULE] ?? marks[TENSOR];
  return mark === undefined || mark === COPY ? undefined : "it is from another copy of unrolled: the program must have one only";
}
