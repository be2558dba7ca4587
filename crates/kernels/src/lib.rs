//! Layer 1 of unrolled: arithmetic on slices of `f32`. Knows nothing of time, layers, tensors or JavaScript.

pub mod math;
pub mod simd;
