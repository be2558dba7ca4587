use super::{average_of_squares, moving_average, regularised, splat};
use crate::float::{pow, sqrt};
use crate::lanes::update;
use crate::simd::F32x4;

/// Hyperparameters of [`radam`].
#[derive(Clone, Copy)]
pub struct Radam {
    pub lr: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub eps: f64,
    pub weight_decay: f64,
    /// Weight decay shrinks the parameter itself and is not added to the gradient.
    pub decoupled: bool,
    pub maximize: bool,
    pub step: f64,
}

impl Radam {
    /// The rectification, or nothing while the variance cannot be told yet.
    fn rectification(&self) -> Option<f64> {
        let limit = 2.0 / (1.0 - self.beta2) - 1.0;
        let power = pow(self.beta2, self.step);
        let length = limit - 2.0 * self.step * power / (1.0 - power);
        let ratio = (length - 4.0) * (length - 2.0) * limit / ((limit - 4.0) * (limit - 2.0) * length);
        (length > 5.0).then(|| sqrt(ratio))
    }
}

/// RAdam (Liu et al. 2020).
///
/// ```text
/// m ← β1·m + (1 − β1)·g        v ← β2·v + (1 − β2)·g²        ρ∞ = 2/(1 − β2) − 1        ρ = ρ∞ − 2·step·β2^step/(1 − β2^step)
/// param ← param − lr·m/(1 − β1^step) · r·√(1 − β2^step)/(√v + eps)        r = √((ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ))
/// ```
///
/// with the last factor 1 as long as ρ ≤ 5.
///
/// - `param`      in/out
/// - `grad`       its gradient
/// - `exp_avg`    `m`, in/out
/// - `exp_avg_sq` `v`, in/out
pub fn radam(options: Radam, param: &mut [f32], grad: &[f32], exp_avg: &mut [f32], exp_avg_sq: &mut [f32]) {
    let Radam { lr, beta1, beta2, step, .. } = options;
    let shrink = splat(if options.decoupled { 1.0 - lr * options.weight_decay } else { 1.0 });
    let gradient = regularised(options.maximize, if options.decoupled { 0.0 } else { options.weight_decay });
    let (average, squares) = (moving_average(beta1), average_of_squares(beta2, options.eps));
    let rectification = options.rectification();
    let rate = -lr / (1.0 - pow(beta1, step));
    let rate = splat(rectification.map_or(rate, |r| rate * r * sqrt(1.0 - pow(beta2, step))));
    let eps = splat(options.eps);
    update([param, exp_avg, exp_avg_sq], [grad], |[param, m, v]: [F32x4; 3], [grad]| {
        let grad = gradient(param, grad);
        let (m, v) = (average(m, grad), squares(v, grad));
        let change = if rectification.is_some() { rate.mul(m).div(v.sqrt().add(eps)) } else { rate.mul(m) };
        [change.add(param.mul(shrink)), m, v]
    });
}
