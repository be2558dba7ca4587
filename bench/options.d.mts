export interface Options {
  readonly case: readonly string[];
  readonly cell: readonly string[];
  readonly mode: readonly string[];
  readonly peers: readonly string[];
  readonly seconds: number;
  /** The dist folder of another build. */
  readonly against?: string;
  readonly json: boolean;
  readonly help: boolean;
}

export const HELP: string;
export function readOptions(args: readonly string[]): Options;
