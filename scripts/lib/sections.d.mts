export function withoutCustomSections(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
