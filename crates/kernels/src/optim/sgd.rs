use super::{regularised, splat};
use crate::lanes::update;
use crate::simd::{F32x4, NEGLIGIBLE};

/// Hyperparameters of [`sgd`].
#[derive(Clone, Copy)]
pub struct Sgd {
    pub lr: f64,
    pub momentum: f64,
    pub dampening: f64,
    pub weight_decay: f64,
    pub nesterov: bool,
    pub maximize: bool,
    /// The buffer holds nothing yet: it becomes the gradient, undampened.
    pub first_step: bool,
}

/// Stochastic gradient descent, with momentum where there is a buffer for it.
///
/// ```text
/// b ← momentum·b + (1 − dampening)·g        param ← param − lr·b, with Nesterov lr·(g + momentum·b), without momentum lr·g
/// ```
///
/// - `param`           in/out
/// - `grad`            its gradient
/// - `momentum_buffer` `b`, in/out
pub fn sgd(options: Sgd, param: &mut [f32], grad: &[f32], momentum_buffer: Option<&mut [f32]>) {
    let gradient = regularised(options.maximize, options.weight_decay);
    let (rate, momentum, rest) = (splat(-options.lr), splat(options.momentum), splat(1.0 - options.dampening));
    let Some(buffer) = momentum_buffer else {
        return update([param], [grad], |[param], [grad]| [rate.madd(gradient(param, grad), param)]);
    };
    let negligible = F32x4::splat(NEGLIGIBLE);
    update([param, buffer], [grad], |[param, buffer], [grad]| {
        let grad = gradient(param, grad);
        let buffer = if options.first_step { grad } else { grad.mul(rest).add(buffer.mul(momentum)).zero_below(negligible) };
        let direction = if options.nesterov { momentum.madd(buffer, grad) } else { buffer };
        [rate.madd(direction, param), buffer]
    });
}
