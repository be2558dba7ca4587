//! The same mathematics in `f64`, plainly: what the fast kernels are tested against. Itself tested by finite differences.

pub mod activation;
pub mod cell;
pub mod loss;
pub mod normalize;
pub mod optim;

/// The derivative of `f` at `x` by central differences, Richardson-extrapolated: exact to about 1e-10 for smooth functions.
#[cfg(test)]
fn difference(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let central = |step: f64| (f(x + step) - f(x - step)) / (2.0 * step);
    (4.0 * central(5e-4) - central(1e-3)) / 3.0
}
