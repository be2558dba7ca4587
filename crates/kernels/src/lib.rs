//! Layer 1 of unrolled: arithmetic on slices of `f32`. Knows nothing of time, layers, tensors or JavaScript.
//!
//! The core is built without Rust's standard library (`crates/wasm/src/runtime.rs` says why); the feature `std`, on by default, adds what tests need.

#![cfg_attr(all(target_arch = "wasm32", not(feature = "std")), no_std)]

pub mod activation;
pub mod cell;
pub mod dropout;
pub mod embedding;
pub mod float;
pub mod gemm;
mod lanes;
pub use lanes::add;
pub mod linear;
pub mod loss;
pub mod math;
pub mod matmul;
pub mod norm;
pub mod normalize;
pub mod optim;
#[cfg(feature = "std")]
pub mod reference;
pub mod rows;
pub mod simd;
pub mod softmax;
#[cfg(feature = "std")]
#[doc(hidden)]
pub mod testing;
