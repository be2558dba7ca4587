export interface Frame {
  readonly where: "core" | "script" | "engine";
  readonly name: string;
}

export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export function phaseOf(stack: readonly Frame[]): string | undefined;
export function attribute(profile: Profile): Record<string, number>;
