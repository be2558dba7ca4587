export function startMemory(): void {}
