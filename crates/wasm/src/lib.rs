//! Layer 3 of unrolled: what TypeScript can call. Pointers and sizes come in as numbers; no arithmetic happens here.

#![cfg_attr(all(target_arch = "wasm32", not(test)), no_std)]

extern crate alloc;

mod backend;
mod ctc;
mod dropout;
mod embedding;
mod gemm;
#[cfg(any(target_arch = "wasm32", test))]
mod heap;
mod loss;
mod math;
mod memory;
mod network;
mod norm;
mod normalize;
mod optim;
mod rows;
#[cfg(all(target_arch = "wasm32", not(test)))]
mod runtime;
mod slices;
mod softmax;
