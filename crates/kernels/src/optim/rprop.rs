use super::{regularised, splat};
use crate::lanes::update;
use crate::simd::F32x4;

/// Hyperparameters of [`rprop`].
#[derive(Clone, Copy)]
pub struct Rprop {
    pub eta_minus: f64,
    pub eta_plus: f64,
    pub step_size_min: f64,
    pub step_size_max: f64,
    pub maximize: bool,
}

/// Rprop (Riedmiller and Braun 1993), without backtracking of weights.
///
/// ```text
/// s ← s·η⁺ where g·g' > 0, s·η⁻ where g·g' < 0, between its bounds        g ← 0 where g·g' < 0        param ← param − sign(g)·s
/// ```
///
/// - `param`     in/out
/// - `grad`      its gradient
/// - `prev`      `g'`, the gradient of the step before, in/out; 0 at first
/// - `step_size` `s`, in/out; the learning rate at first
pub fn rprop(options: Rprop, param: &mut [f32], grad: &[f32], prev: &mut [f32], step_size: &mut [f32]) {
    let gradient = regularised(options.maximize, 0.0);
    let (minus, plus) = (splat(options.eta_minus), splat(options.eta_plus));
    let (least, most) = (splat(options.step_size_min), splat(options.step_size_max));
    let (zero, one) = (F32x4::splat(0.0), F32x4::splat(1.0));
    update([param, prev, step_size], [grad], |[param, prev, size], [grad]| {
        let grad = gradient(param, grad);
        let agreement = grad.mul(prev);
        let size = size.mul(agreement.select_positive(plus, agreement.select_negative(minus, one))).at_least(least).at_most(most);
        let grad = agreement.select_negative(zero, grad);
        let change = grad.select_positive(size.neg(), grad.select_negative(size, zero));
        [param.add(change), grad, size]
    });
}
