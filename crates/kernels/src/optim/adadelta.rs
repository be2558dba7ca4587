use super::{average_of_squares, regularised, splat};
use crate::lanes::update;

/// Hyperparameters of [`adadelta`].
#[derive(Clone, Copy)]
pub struct Adadelta {
    pub lr: f64,
    pub rho: f64,
    pub eps: f64,
    pub weight_decay: f64,
    pub maximize: bool,
}

/// Adadelta (Zeiler 2012).
///
/// ```text
/// v ← ρ·v + (1 − ρ)·g²        d = √(u + eps) / √(v + eps) · g        u ← ρ·u + (1 − ρ)·d²        param ← param − lr·d
/// ```
///
/// - `param`      in/out
/// - `grad`       its gradient
/// - `square_avg` `v`, in/out
/// - `acc_delta`  `u`, in/out
pub fn adadelta(options: Adadelta, param: &mut [f32], grad: &[f32], square_avg: &mut [f32], acc_delta: &mut [f32]) {
    let gradient = regularised(options.maximize, options.weight_decay);
    let squares = average_of_squares(options.rho, options.eps);
    let (rate, eps) = (splat(-options.lr), splat(options.eps));
    update([param, square_avg, acc_delta], [grad], |[param, v, u], [grad]| {
        let grad = gradient(param, grad);
        let v = squares(v, grad);
        let delta = u.add(eps).sqrt().div(v.add(eps).sqrt()).mul(grad);
        [rate.madd(delta, param), v, squares(u, delta)]
    });
}
