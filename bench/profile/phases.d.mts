export interface Row {
  readonly where: "core" | "script" | "engine";
  readonly name: RegExp;
  readonly phase: string | undefined;
  readonly product?: string;
}

export const PHASES: readonly string[];
export const PRODUCT: RegExp;
export const TABLE: readonly Row[];
