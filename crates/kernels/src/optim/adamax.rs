use super::{moving_average, regularised, splat};
use crate::float::pow;
use crate::lanes::update;

/// Hyperparameters of [`adamax`].
#[derive(Clone, Copy)]
pub struct Adamax {
    pub lr: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub eps: f64,
    pub weight_decay: f64,
    pub maximize: bool,
    pub step: f64,
}

/// Adamax, Adam with the infinity norm (Kingma and Ba 2015, section 7.1).
///
/// ```text
/// m ← β1·m + (1 − β1)·g        u ← max(β2·u, |g| + eps)        param ← param − lr/(1 − β1^step) · m/u
/// ```
///
/// - `param`   in/out
/// - `grad`    its gradient
/// - `exp_avg` `m`, in/out
/// - `exp_inf` `u`, in/out
pub fn adamax(options: Adamax, param: &mut [f32], grad: &[f32], exp_avg: &mut [f32], exp_inf: &mut [f32]) {
    let gradient = regularised(options.maximize, options.weight_decay);
    let average = moving_average(options.beta1);
    let rate = splat(-options.lr / (1.0 - pow(options.beta1, options.step)));
    let (decay, eps) = (splat(options.beta2), splat(options.eps));
    update([param, exp_avg, exp_inf], [grad], |[param, m, u], [grad]| {
        let grad = gradient(param, grad);
        let (m, u) = (average(m, grad), grad.abs().add(eps).at_least(u.mul(decay)));
        [rate.mul(m).div(u).add(param), m, u]
    });
}
