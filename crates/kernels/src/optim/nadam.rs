use super::{average_of_squares, moving_average, regularised, splat};
use crate::float::{pow, sqrt};
use crate::lanes::update;

/// How fast the momentum of NAdam approaches β1: PyTorch's constant.
const SCHEDULE: f64 = 0.96;

/// Hyperparameters of [`nadam`].
#[derive(Clone, Copy)]
pub struct Nadam {
    pub lr: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub eps: f64,
    pub weight_decay: f64,
    pub momentum_decay: f64,
    /// Weight decay shrinks the parameter itself and is not added to the gradient.
    pub decoupled: bool,
    pub maximize: bool,
    pub step: f64,
    /// `μ_1·…·μ_(step−1)`, 1 at first.
    pub mu_product: f64,
}

impl Nadam {
    fn mu(&self, step: f64) -> f64 {
        self.beta1 * (1.0 - 0.5 * pow(SCHEDULE, step * self.momentum_decay))
    }
}

/// NAdam, Adam with Nesterov momentum (Dozat 2016); returns the next `mu_product`, rounded to f32 as PyTorch keeps it.
///
/// ```text
/// m ← β1·m + (1 − β1)·g        v ← β2·v + (1 − β2)·g²        μ_t = β1·(1 − 0.96^(t·momentum_decay)/2)        Π_t = μ_1·…·μ_t
/// param ← param − lr·((1 − μ_t)/(1 − Π_t)·g + μ_(t+1)/(1 − Π_(t+1))·m) / (√(v/(1 − β2^t)) + eps)
/// ```
///
/// - `param`      in/out
/// - `grad`       its gradient
/// - `exp_avg`    `m`, in/out
/// - `exp_avg_sq` `v`, in/out
pub fn nadam(options: Nadam, param: &mut [f32], grad: &[f32], exp_avg: &mut [f32], exp_avg_sq: &mut [f32]) -> f64 {
    let Nadam { lr, beta1, beta2, step, .. } = options;
    let (mu, mu_next) = (options.mu(step), options.mu(step + 1.0));
    let product = (options.mu_product as f32 * mu as f32) as f64;
    let shrink = splat(if options.decoupled { 1.0 - lr * options.weight_decay } else { 1.0 });
    let gradient = regularised(options.maximize, if options.decoupled { 0.0 } else { options.weight_decay });
    let (average, squares) = (moving_average(beta1), average_of_squares(beta2, options.eps));
    let (of_grad, of_average) = (splat(-lr * (1.0 - mu) / (1.0 - product)), splat(-lr * mu_next / (1.0 - product * mu_next)));
    let (correction, eps) = (splat(1.0 / sqrt(1.0 - pow(beta2, step))), splat(options.eps));
    update([param, exp_avg, exp_avg_sq], [grad], |[param, m, v], [grad]| {
        let grad = gradient(param, grad);
        let (m, v) = (average(m, grad), squares(v, grad));
        let direction = of_grad.madd(grad, of_average.mul(m));
        [direction.div(v.sqrt().madd(correction, eps)).add(param.mul(shrink)), m, v]
    });
    product
}
