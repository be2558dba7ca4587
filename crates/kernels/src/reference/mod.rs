//! The same mathematics in `f64`, plainly: what the fast kernels are tested against. Itself tested by finite differences.

pub mod cell;
