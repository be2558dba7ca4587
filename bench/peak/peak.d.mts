export type Form = "fused" | "chained" | "apart";

export const ALMOST_ONE: number;
export const FORMS: Readonly<Record<Form, (count: number) => { readonly vectors: number; readonly flops: number }>>;
export function peakModule(form: Form, count: number): Uint8Array<ArrayBuffer>;
export function hasFused(): boolean;
export function gflops(flops: number, milliseconds: number): number;
