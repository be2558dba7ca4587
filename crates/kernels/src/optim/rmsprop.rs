use super::{average_of_squares, moving_average, regularised, splat};
use crate::lanes::update;
use crate::simd::{F32x4, NEGLIGIBLE};

/// Hyperparameters of [`rmsprop`].
#[derive(Clone, Copy)]
pub struct Rmsprop {
    pub lr: f64,
    pub alpha: f64,
    pub eps: f64,
    pub weight_decay: f64,
    pub momentum: f64,
    pub maximize: bool,
}

/// RMSprop (Hinton 2012), with momentum and centered (Graves 2013) where there are buffers for it.
///
/// ```text
/// v ← α·v + (1 − α)·g²        a ← α·a + (1 − α)·g        d = g / (√(v − a²) + eps)
/// b ← momentum·b + d          param ← param − lr·b
/// ```
///
/// - `param`           in/out
/// - `grad`            its gradient
/// - `square_avg`      `v`, in/out
/// - `grad_avg`        `a`, in/out; 0 if absent
/// - `momentum_buffer` `b`, in/out; `d` itself if absent
pub fn rmsprop(
    options: Rmsprop,
    param: &mut [f32],
    grad: &[f32],
    square_avg: &mut [f32],
    grad_avg: Option<&mut [f32]>,
    momentum_buffer: Option<&mut [f32]>,
) {
    let gradient = regularised(options.maximize, options.weight_decay);
    let (average, squares) = (moving_average(options.alpha), average_of_squares(options.alpha, options.eps));
    let (rate, momentum, eps) = (splat(-options.lr), splat(options.momentum), splat(options.eps));

    let negligible = F32x4::splat(NEGLIGIBLE);
    let direction = |grad: F32x4, variance: F32x4| grad.div(variance.sqrt().add(eps));
    let plain = |param: F32x4, grad, v| {
        let grad = gradient(param, grad);
        let v = squares(v, grad);
        (direction(grad, v), v)
    };
    let centered = |param: F32x4, grad, v, a| {
        let grad = gradient(param, grad);
        let (v, a) = (squares(v, grad), average(a, grad));
        (direction(grad, a.neg().madd(a, v)), v, a)
    };
    match (grad_avg, momentum_buffer) {
        (None, None) => update([param, square_avg], [grad], |[param, v], [grad]| {
            let (d, v) = plain(param, grad, v);
            [rate.madd(d, param), v]
        }),
        (None, Some(buffer)) => update([param, square_avg, buffer], [grad], |[param, v, b], [grad]| {
            let (d, v) = plain(param, grad, v);
            let b = b.madd(momentum, d).zero_below(negligible);
            [rate.madd(b, param), v, b]
        }),
        (Some(mean), None) => update([param, square_avg, mean], [grad], |[param, v, a], [grad]| {
            let (d, v, a) = centered(param, grad, v, a);
            [rate.madd(d, param), v, a]
        }),
        (Some(mean), Some(buffer)) => update([param, square_avg, mean, buffer], [grad], |[param, v, a, b], [grad]| {
            let (d, v, a) = centered(param, grad, v, a);
            let b = b.madd(momentum, d).zero_below(negligible);
            [rate.madd(b, param), v, a, b]
        }),
    }
}
