export function peakModule(chains: number, fused: boolean): Uint8Array<ArrayBuffer>;
export function flopsPerRound(chains: number): number;
export function hasFused(): boolean;
export function gflops(flops: number, milliseconds: number): number;
