export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly p99: number;
  readonly calls: number;
}

export function quantile(sorted: ArrayLike<number>, share: number): number;
export function summary(times: readonly number[]): Summary;
export function threeDigits(value: number): string;
export function times(ratio: number): string;
