//! Optimizer steps, each one fused pass over a parameter in place, as PyTorch's single-tensor implementations compute them.
//!
//! Hyperparameters are f64; coefficients are computed in f64 and rounded once. `step` counts from 1.

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod nadam;
mod radam;
mod rmsprop;
mod rprop;
mod sgd;

pub use adadelta::{adadelta, Adadelta};
pub use adagrad::{adagrad, Adagrad};
pub use adam::{adam, Adam};
pub use adamax::{adamax, Adamax};
pub use nadam::{nadam, Nadam};
pub use radam::{radam, Radam};
pub use rmsprop::{rmsprop, Rmsprop};
pub use rprop::{rprop, Rprop};
pub use sgd::{sgd, Sgd};

use crate::simd::{Constant, F32x4, NEGLIGIBLE};

/// What of an average, in size, becomes 0.
static NEGLIGIBLE_AVERAGE: Constant = Constant::new(NEGLIGIBLE);

#[inline(always)]
fn splat(value: f64) -> F32x4 {
    F32x4::splat(value as f32)
}

/// The gradient that a rule sees: its sign turned to maximize, and `weight_decay·param` added (L2 regularisation).
#[inline(always)]
fn regularised(maximize: bool, weight_decay: f64) -> impl Fn(F32x4, F32x4) -> F32x4 {
    let decay = splat(weight_decay);
    move |param, grad| {
        let grad = if maximize { grad.neg() } else { grad };
        // A gradient that gets nothing must stay what it is, also where the parameter is infinite.
        if weight_decay != 0.0 {
            param.madd(decay, grad)
        } else {
            grad
        }
    }
}

/// The moving average `average + (1 − beta)·(value − average)`.
#[inline(always)]
fn moving_average(beta: f64) -> impl Fn(F32x4, F32x4) -> F32x4 {
    let (from_average, from_value) = (slow_average(beta), splat(-beta));
    // Like PyTorch's lerp, starts from the nearer end: beta = 0 gives the value itself.
    move |average, value| {
        if 1.0 - beta < 0.5 {
            from_average(average, value)
        } else {
            from_value.madd(value.sub(average), value).zero_below(NEGLIGIBLE_AVERAGE.get())
        }
    }
}

/// [`moving_average`] for `beta` above 0.5.
#[inline(always)]
fn slow_average(beta: f64) -> impl Fn(F32x4, F32x4) -> F32x4 {
    let to_value = splat(1.0 - beta);
    move |average, value| to_value.madd(value.sub(average), average).zero_below(NEGLIGIBLE_AVERAGE.get())
}

/// The moving average of squares, `beta·average + (1 − beta)·value²`.
///
/// - `eps` what the rule adds to its root: beside all but the least one cannot see averages that are denormal numbers, and they become 0
#[inline(always)]
fn average_of_squares(beta: f64, eps: f64) -> impl Fn(F32x4, F32x4) -> F32x4 {
    let (beta, rest) = (splat(beta), splat(1.0 - beta));
    // The root of the greatest denormal number is 1.1e-19, with the correction of the bias 3.4e-18.
    let invisible = F32x4::splat(if eps >= 1e-10 { f32::MIN_POSITIVE } else { 0.0 });
    move |average, value| value.mul(rest).madd(value, average.mul(beta)).zero_below(invisible)
}
