//! Layer 3 of unrolled: what TypeScript can call. Pointers and sizes come in as numbers; no arithmetic happens here.

mod backend;
mod dropout;
mod embedding;
mod gemm;
mod loss;
mod math;
mod memory;
mod network;
mod norm;
mod optim;
mod rows;
mod slices;
mod softmax;
