//! Kullback–Leibler divergence.

use super::{log, pointwise, pointwise_backward, Upstream};
use crate::math::exp;
use crate::simd::F32x4;

/// `t·(log t − x)`, or `e^t·(t − x)` if the target is a logarithm too.
///
/// - `x`          logarithms of probabilities
/// - `target`     probabilities; `0·log 0` counts as 0
/// - `log_target` the target holds logarithms of probabilities
/// - `losses`     out
pub fn kl_div_loss(x: &[f32], target: &[f32], log_target: bool, losses: &mut [f32]) -> f64 {
    if log_target {
        return pointwise([x, target], losses, |[x, t]| exp(t).mul(t.sub(x)));
    }
    pointwise([x, target], losses, |[x, t]| {
        let entropy = t.mul(log(t));
        // Where t is 0 the product is 0·(−∞), not a number.
        let entropy = t.select_positive(entropy, t.select_negative(entropy, t));
        entropy.sub(t.mul(x))
    })
}

/// `dx = −dy·t`, or `−dy·e^t`.
pub fn kl_div_loss_backward(target: &[f32], log_target: bool, upstream: Upstream, dx: &mut [f32]) {
    let probability = |t: F32x4| if log_target { exp(t) } else { t };
    pointwise_backward([target], upstream, dx, |[t]| probability(t).neg());
}
