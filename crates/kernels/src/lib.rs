//! Layer 1 of unrolled: arithmetic on slices of `f32`. Knows nothing of time, layers, tensors or JavaScript.

pub mod activation;
pub mod cell;
pub mod dropout;
pub mod embedding;
pub mod gemm;
mod lanes;
pub mod linear;
pub mod loss;
pub mod math;
pub mod matmul;
pub mod norm;
pub mod normalize;
pub mod optim;
pub mod reference;
pub mod rows;
pub mod simd;
pub mod softmax;
#[doc(hidden)]
pub mod testing;
