use super::{average_of_squares, moving_average, regularised, slow_average, splat};
use crate::float::{pow, sqrt};
use crate::lanes::update;
use crate::simd::F32x4;

/// Hyperparameters of [`adam`].
#[derive(Clone, Copy)]
pub struct Adam {
    pub lr: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub eps: f64,
    pub weight_decay: f64,
    /// Weight decay shrinks the parameter itself (AdamW) and is not added to the gradient.
    pub decoupled: bool,
    pub maximize: bool,
    pub step: f64,
}

/// Adam (Kingma and Ba 2015), AdamW (Loshchilov and Hutter 2019), and AMSGrad (Reddi, Kale and Kumar 2018) where there is a buffer for it.
///
/// ```text
/// m ← β1·m + (1 − β1)·g        v ← β2·v + (1 − β2)·g²        u ← max(u, v)
/// param ← param − lr/(1 − β1^step) · m / (√(u or v)/√(1 − β2^step) + eps)
/// ```
///
/// - `param`          in/out
/// - `grad`           its gradient
/// - `exp_avg`        `m`, in/out
/// - `exp_avg_sq`     `v`, in/out
/// - `max_exp_avg_sq` `u`, in/out
pub fn adam(
    options: Adam,
    param: &mut [f32],
    grad: &[f32],
    exp_avg: &mut [f32],
    exp_avg_sq: &mut [f32],
    max_exp_avg_sq: Option<&mut [f32]>,
) {
    let Adam { beta1, decoupled, maximize, .. } = options;
    let decay = if decoupled { 0.0 } else { options.weight_decay };
    let averages = [exp_avg, exp_avg_sq];
    // The usual case has a loop of its own, without a decision per vector and with all coefficients in registers: × 0.8.
    if !maximize && decay == 0.0 && beta1 > 0.5 && max_exp_avg_sq.is_none() {
        step(options, |_, grad| grad, slow_average(beta1), param, grad, averages, None);
    } else {
        step(options, regularised(maximize, decay), moving_average(beta1), param, grad, averages, max_exp_avg_sq);
    }
}

#[inline(always)]
fn step(
    options: Adam,
    gradient: impl Fn(F32x4, F32x4) -> F32x4,
    average: impl Fn(F32x4, F32x4) -> F32x4,
    param: &mut [f32],
    grad: &[f32],
    [exp_avg, exp_avg_sq]: [&mut [f32]; 2],
    max_exp_avg_sq: Option<&mut [f32]>,
) {
    let Adam { lr, beta1, beta2, step, .. } = options;
    let shrink = splat(if options.decoupled { 1.0 - lr * options.weight_decay } else { 1.0 });
    let squares = average_of_squares(beta2, options.eps);
    let rate = splat(-lr / (1.0 - pow(beta1, step)));
    let (correction, eps) = (splat(1.0 / sqrt(1.0 - pow(beta2, step))), splat(options.eps));

    let moments = |param: F32x4, grad, m, v| {
        let grad = gradient(param, grad);
        (average(m, grad), squares(v, grad))
    };
    let apply = |param: F32x4, m: F32x4, v: F32x4| rate.mul(m).div(v.sqrt().madd(correction, eps)).add(param.mul(shrink));
    match max_exp_avg_sq {
        None => update([param, exp_avg, exp_avg_sq], [grad], |[param, m, v], [grad]| {
            let (m, v) = moments(param, grad, m, v);
            [apply(param, m, v), m, v]
        }),
        Some(max) => update([param, exp_avg, exp_avg_sq, max], [grad], |[param, m, v, u], [grad]| {
            let (m, v) = moments(param, grad, m, v);
            let u = v.at_least(u);
            [apply(param, m, u), m, v, u]
        }),
    }
}
