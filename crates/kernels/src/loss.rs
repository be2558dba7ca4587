//! Losses, forward and backward.
//!
//! Every forward kernel writes the loss of each element (of each row, where the loss is one of classes) to `losses`, which is
//! `reduction="none"`, and returns their sum in f64. Every backward kernel writes the gradient of the input, given [`Upstream`].

mod binary;
mod classes;
mod cross_entropy;
mod ctc;
mod divergence;
mod regression;

pub use binary::{bce_loss, bce_loss_backward, bce_with_logits_loss, bce_with_logits_loss_backward, BinaryWeights};
pub use classes::{nll_loss, nll_loss_backward, target_weight, Classes};
pub use cross_entropy::{cross_entropy, cross_entropy_backward, cross_entropy_probabilities, cross_entropy_probabilities_backward};
pub use ctc::{ctc_loss, ctc_scratch_len, Ctc};
pub use divergence::{kl_div_loss, kl_div_loss_backward};
pub use regression::{
    huber_loss, huber_loss_backward, l1_loss, l1_loss_backward, mse_loss, mse_loss_backward, smooth_l1_loss, smooth_l1_loss_backward,
};

use crate::lanes::update;
use crate::math;
use crate::simd::F32x4;

/// The gradient that arrives at the losses.
#[derive(Clone, Copy)]
pub enum Upstream<'a> {
    /// One for all: of a sum, or of a mean divided by what the mean divides by.
    Same(f32),
    /// One for each element (row).
    Each(&'a [f32]),
}

impl Upstream<'_> {
    fn row(&self, row: usize) -> f32 {
        match self {
            Upstream::Same(gradient) => *gradient,
            Upstream::Each(gradients) => gradients[row],
        }
    }
}

/// Sums that are added up beside one another: a single one would wait for every addition.
const CHAINS: usize = 8;

/// The sum in f64.
#[inline(never)] // called by all of them
fn total(losses: &[f32]) -> f64 {
    let (whole, rest) = losses.as_chunks::<CHAINS>();
    let mut sums = [0.0; CHAINS];
    for chunk in whole {
        for (sum, &loss) in sums.iter_mut().zip(chunk) {
            *sum += f64::from(loss);
        }
    }
    sums.iter().sum::<f64>() + rest.iter().copied().map(f64::from).sum::<f64>()
}

/// `losses = f(inputs)`; returns their sum.
#[inline(always)]
fn pointwise<const N: usize>(inputs: [&[f32]; N], losses: &mut [f32], f: impl Fn([F32x4; N]) -> F32x4) -> f64 {
    update([&mut *losses], inputs, |_, values| [f(values)]);
    total(losses)
}

/// `dx = upstream·slope(inputs)`.
#[inline(always)]
fn pointwise_backward<const N: usize>(inputs: [&[f32]; N], upstream: Upstream, dx: &mut [f32], slope: impl Fn([F32x4; N]) -> F32x4) {
    let factor = F32x4::splat(if let Upstream::Same(gradient) = upstream { gradient } else { 1.0 });
    update([&mut *dx], inputs, |_, values| [slope(values).mul(factor)]);
    if let Upstream::Each(gradients) = upstream {
        crate::lanes::multiply(dx, gradients);
    }
}

/// [`math::log`] and [`math::log1p`] as functions that are called: they are long, and losses use them in many places.
#[inline(never)]
fn log(x: F32x4) -> F32x4 {
    math::log(x)
}

#[inline(never)]
fn log1p(x: F32x4) -> F32x4 {
    math::log1p(x)
}

/// `dx ← dx·upstream`.
fn multiply(dx: &mut [f32], upstream: Upstream) {
    match upstream {
        Upstream::Same(gradient) => crate::norm::scale(dx, gradient),
        Upstream::Each(gradients) => crate::lanes::multiply(dx, gradients),
    }
}
