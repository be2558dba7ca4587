export function startSeries(): void {}
