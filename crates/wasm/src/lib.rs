//! Layer 3 of unrolled: what TypeScript can call. Pointers and sizes come in as numbers; no arithmetic happens here.

mod backend;
mod ctc;
mod dropout;
mod embedding;
mod gemm;
mod loss;
mod math;
mod memory;
mod network;
mod norm;
mod normalize;
mod optim;
mod rows;
mod slices;
mod softmax;
