//! Layer 1 of unrolled: arithmetic on slices of `f32`. Knows nothing of time, layers, tensors or JavaScript.

pub mod cell;
pub mod dropout;
pub mod gemm;
pub mod linear;
pub mod math;
pub mod matmul;
pub mod reference;
pub mod simd;
#[doc(hidden)]
pub mod testing;
