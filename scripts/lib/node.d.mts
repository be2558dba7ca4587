export const knowsRelaxed: boolean;
export const relaxedNode: string;
export function nodeOf(major: number): { path: string; version: string | undefined };
