export function message(...fields: [field: number, value: number | string | Uint8Array | undefined][]): Uint8Array;
