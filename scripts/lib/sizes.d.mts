export function withImports(url: string): string[];
export function gzipped(urls: readonly string[]): number;
