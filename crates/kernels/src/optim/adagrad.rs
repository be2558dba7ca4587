use super::{regularised, splat};
use crate::lanes::update;

/// Hyperparameters of [`adagrad`].
#[derive(Clone, Copy)]
pub struct Adagrad {
    pub lr: f64,
    pub lr_decay: f64,
    pub weight_decay: f64,
    pub eps: f64,
    pub maximize: bool,
    pub step: f64,
}

/// Adagrad (Duchi, Hazan and Singer 2011).
///
/// ```text
/// s ← s + g²        param ← param − lr/(1 + (step − 1)·lr_decay) · g / (√s + eps)
/// ```
///
/// - `param` in/out
/// - `grad`  its gradient
/// - `sum`   `s`, in/out
pub fn adagrad(options: Adagrad, param: &mut [f32], grad: &[f32], sum: &mut [f32]) {
    let gradient = regularised(options.maximize, options.weight_decay);
    let rate = splat(-options.lr / (1.0 + (options.step - 1.0) * options.lr_decay));
    let eps = splat(options.eps);
    update([param, sum], [grad], |[param, sum], [grad]| {
        let grad = gradient(param, grad);
        let sum = grad.madd(grad, sum);
        [rate.mul(grad).div(sum.sqrt().add(eps)).add(param), sum]
    });
}
