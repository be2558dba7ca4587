//! Losses of a distance `e = x − t`.

use super::{pointwise, pointwise_backward, Upstream};
use crate::simd::F32x4;

/// −1, 0 or 1.
#[inline(always)]
fn sign(x: F32x4) -> F32x4 {
    x.select_positive(F32x4::splat(1.0), x.select_negative(F32x4::splat(-1.0), F32x4::splat(0.0)))
}

/// `e²`.
pub fn mse_loss(x: &[f32], target: &[f32], losses: &mut [f32]) -> f64 {
    pointwise([x, target], losses, |[x, t]| x.sub(t).mul(x.sub(t)))
}

/// `dx = dy·2e`.
pub fn mse_loss_backward(x: &[f32], target: &[f32], upstream: Upstream, dx: &mut [f32]) {
    pointwise_backward([x, target], upstream, dx, |[x, t]| x.sub(t).add(x.sub(t)));
}

/// `|e|`.
pub fn l1_loss(x: &[f32], target: &[f32], losses: &mut [f32]) -> f64 {
    pointwise([x, target], losses, |[x, t]| x.sub(t).abs())
}

/// `dx = dy·sign(e)`, 0 at 0.
pub fn l1_loss_backward(x: &[f32], target: &[f32], upstream: Upstream, dx: &mut [f32]) {
    pointwise_backward([x, target], upstream, dx, |[x, t]| sign(x.sub(t)));
}

/// `e²/(2β)` where `|e| < β`, else `|e| − β/2`; with β = 0 it is [`l1_loss`].
pub fn smooth_l1_loss(x: &[f32], target: &[f32], beta: f32, losses: &mut [f32]) -> f64 {
    if beta == 0.0 {
        return l1_loss(x, target, losses);
    }
    let (half, beta) = (F32x4::splat(0.5), F32x4::splat(beta));
    pointwise([x, target], losses, |[x, t]| {
        let e = x.sub(t).abs();
        e.sub(beta).select_negative(half.mul(e).mul(e).div(beta), e.sub(half.mul(beta)))
    })
}

/// `dx = dy·e/β` where `|e| < β`, else `dy·sign(e)`.
pub fn smooth_l1_loss_backward(x: &[f32], target: &[f32], beta: f32, upstream: Upstream, dx: &mut [f32]) {
    if beta == 0.0 {
        return l1_loss_backward(x, target, upstream, dx);
    }
    let (one, beta) = (F32x4::splat(1.0), F32x4::splat(beta));
    pointwise_backward([x, target], upstream, dx, |[x, t]| x.sub(t).div(beta).at_most(one).at_least(one.neg()));
}

/// `e²/2` where `|e| ≤ δ`, else `δ·(|e| − δ/2)`.
pub fn huber_loss(x: &[f32], target: &[f32], delta: f32, losses: &mut [f32]) -> f64 {
    let (half, delta) = (F32x4::splat(0.5), F32x4::splat(delta));
    pointwise([x, target], losses, |[x, t]| {
        let e = x.sub(t).abs();
        e.sub(delta).select_positive(delta.mul(e.sub(half.mul(delta))), half.mul(e).mul(e))
    })
}

/// `dx = dy·e`, with `e` kept between −δ and δ.
pub fn huber_loss_backward(x: &[f32], target: &[f32], delta: f32, upstream: Upstream, dx: &mut [f32]) {
    let delta = F32x4::splat(delta);
    pointwise_backward([x, target], upstream, dx, |[x, t]| x.sub(t).at_most(delta).at_least(delta.neg()));
}
