export function publicApi(exported: Record<string, unknown>): Record<string, string>;
export function apiFile(name: string): string;
