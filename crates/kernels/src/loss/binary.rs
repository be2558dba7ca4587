//! Binary cross entropy, of probabilities and of logits.

use super::{log, log1p, multiply, pointwise, pointwise_backward, total, Upstream};
use crate::lanes::update;
use crate::math::{exp, sigmoid};
use crate::simd::F32x4;

/// PyTorch bounds the logarithms from below, so that a probability of exactly 0 or 1 has a finite loss,
const LEAST_LOG: f32 = -100.0;
/// and `x·(1 − x)`, which the gradient divides by.
const LEAST_VARIANCE: f32 = 1e-12;

/// Factors of the terms, each with one value for every element, or absent.
#[derive(Clone, Copy, Default)]
pub struct BinaryWeights<'a> {
    /// Of the whole loss of an element.
    pub element: Option<&'a [f32]>,
    /// Of the term of the positive class, `t·log σ(x)` (logits only).
    pub positive: Option<&'a [f32]>,
}

/// `values ← values·weight`.
#[inline(never)] // called by all of them
fn weigh(values: &mut [f32], weight: Option<&[f32]>) {
    if let Some(weight) = weight {
        update([values], [weight], |[value], [weight]| [value.mul(weight)]);
    }
}

/// `−w·(t·log x + (1 − t)·log(1 − x))`, each logarithm at least −100.
///
/// - `x`      probabilities
/// - `target` probabilities
/// - `weight` `w`, one for each element, or absent
/// - `losses` out
pub fn bce_loss(x: &[f32], target: &[f32], weight: Option<&[f32]>, losses: &mut [f32]) -> f64 {
    let (one, least) = (F32x4::splat(1.0), F32x4::splat(LEAST_LOG));
    pointwise([x, target], losses, |[x, t]| {
        let (of_x, of_rest) = (log(x).at_least(least), log1p(x.neg()).at_least(least));
        t.sub(one).mul(of_rest).sub(t.mul(of_x))
    });
    weigh(losses, weight);
    total(losses)
}

/// `dx = dy·w·(x − t) / max(x·(1 − x), 1e−12)`.
pub fn bce_loss_backward(x: &[f32], target: &[f32], weight: Option<&[f32]>, upstream: Upstream, dx: &mut [f32]) {
    let (one, least) = (F32x4::splat(1.0), F32x4::splat(LEAST_VARIANCE));
    update([&mut *dx], [x, target], |_, [x, t]| [x.sub(t).div(one.sub(x).mul(x).at_least(least))]);
    weigh(dx, weight);
    multiply(dx, upstream);
}

/// `−log σ(x) = log(1 + e^−|x|) + max(−x, 0)`, which does not overflow.
#[inline(always)]
fn minus_log_sigmoid(x: F32x4) -> F32x4 {
    log1p(exp(x.abs().neg())).add(x.neg().at_least(F32x4::splat(0.0)))
}

/// `−w·(p·t·log σ(x) + (1 − t)·log(1 − σ(x))) = w·((1 − t)·x + (1 + (p − 1)·t)·(−log σ(x)))`.
///
/// - `x`       logits
/// - `target`  probabilities
/// - `weights` `w` and `p`
/// - `losses`  out
pub fn bce_with_logits_loss(x: &[f32], target: &[f32], weights: BinaryWeights, losses: &mut [f32]) -> f64 {
    let one = F32x4::splat(1.0);
    match weights.positive {
        None => pointwise([x, target], losses, |[x, t]| one.sub(t).mul(x).add(minus_log_sigmoid(x))),
        Some(positive) => pointwise([x, target, positive], losses, |[x, t, p]| {
            let factor = p.sub(one).madd(t, one);
            one.sub(t).mul(x).add(factor.mul(minus_log_sigmoid(x)))
        }),
    };
    weigh(losses, weights.element);
    total(losses)
}

/// `dx = dy·w·((p·t + 1 − t)·σ(x) − p·t)`.
pub fn bce_with_logits_loss_backward(x: &[f32], target: &[f32], weights: BinaryWeights, upstream: Upstream, dx: &mut [f32]) {
    let one = F32x4::splat(1.0);
    match weights.positive {
        None => pointwise_backward([x, target], upstream, dx, |[x, t]| sigmoid(x).sub(t)),
        Some(positive) => pointwise_backward([x, target, positive], upstream, dx, |[x, t, p]| {
            let positive = p.mul(t);
            positive.add(one.sub(t)).mul(sigmoid(x)).sub(positive)
        }),
    }
    weigh(dx, weights.element);
}
