//! Layer 3 of unrolled: what TypeScript can call. Pointers and sizes come in as numbers; no arithmetic happens here.

mod backend;
mod gemm;
mod memory;
mod network;
mod rows;
mod slices;
