//! Losses over rows of classes: what they share, and the negative log likelihood. Classes are the last dimension, and contiguous.

use super::{total, Upstream};

/// What stays the same for all rows.
#[derive(Clone, Copy)]
pub struct Classes<'a> {
    /// Classes, `C`.
    pub count: usize,
    /// A factor for each class, `[C]`, or absent.
    pub weight: Option<&'a [f32]>,
    /// A row whose target is this class does not count. Targets that are probabilities do not read it.
    pub ignore: i32,
    /// `ε` of cross entropy: a target keeps `1 − ε` of what it has, and every class gets `ε/C` more.
    pub smoothing: f64,
}

impl Classes<'_> {
    pub(super) fn weight_of(&self, class: i32) -> f32 {
        self.weight.map_or(1.0, |weight| weight[class as usize])
    }

    /// The weights of all classes together.
    pub(super) fn total_weight(&self) -> f64 {
        self.weight.map_or(self.count as f64, |weight| weight.iter().map(|&w| w as f64).sum())
    }

    /// `1 − ε` and `ε/C`.
    pub(super) fn shares(&self) -> (f64, f64) {
        (1.0 - self.smoothing, self.smoothing / self.count as f64)
    }
}

/// `Σ weight[target]` over the rows that count: what the mean of [`nll_loss`] and [`super::cross_entropy`] divides by.
pub fn target_weight(classes: Classes, targets: &[i32]) -> f64 {
    targets.iter().filter(|&&target| target != classes.ignore).map(|&target| classes.weight_of(target) as f64).sum()
}

/// `−weight[target]·x[target]`, 0 for an ignored row.
///
/// - `x`       `[R, C]` logarithms of probabilities
/// - `targets` `[R]`    classes, or `ignore`
/// - `losses`  `[R]`    out
pub fn nll_loss(classes: Classes, x: &[f32], targets: &[i32], losses: &mut [f32]) -> f64 {
    assert!(x.len() == targets.len() * classes.count && losses.len() == targets.len());
    for ((&target, x), loss) in targets.iter().zip(x.chunks_exact(classes.count)).zip(&mut *losses) {
        *loss = if target == classes.ignore { 0.0 } else { -classes.weight_of(target) * x[target as usize] };
    }
    total(losses)
}

/// `dx[target] = −dy·weight[target]`, 0 elsewhere.
///
/// - `targets` `[R]`    classes, or `ignore`
/// - `dx`      `[R, C]` out
pub fn nll_loss_backward(classes: Classes, targets: &[i32], upstream: Upstream, dx: &mut [f32]) {
    assert_eq!(dx.len(), targets.len() * classes.count);
    dx.fill(0.0);
    for (row, (&target, dx)) in targets.iter().zip(dx.chunks_exact_mut(classes.count)).enumerate() {
        if target != classes.ignore {
            dx[target as usize] = -upstream.row(row) * classes.weight_of(target);
        }
    }
}
