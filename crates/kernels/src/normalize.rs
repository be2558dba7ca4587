//! Normalization of rows: LayerNorm, and RMSNorm, which leaves the mean where it is. Sums run in one fixed order.

use crate::float::sqrt;
use crate::lanes::{add, dot, multiply, sum_of, update};
use crate::norm::scale;
use crate::simd::F32x4;

/// What is the same for all rows.
#[derive(Clone, Copy)]
pub struct Normalization<'a> {
    /// Values of a row, `C`.
    pub columns: usize,
    /// Whether the mean is subtracted.
    pub centered: bool,
    /// `[C]` a factor of each normalized value, or none.
    pub weight: Option<&'a [f32]>,
}

/// Every row normalized.
///
/// ```text
/// y = (x − m)·r ⊙ w + b      r = 1/√(mean((x − m)²) + eps), m the mean of x, 0 if not centered
/// ```
///
/// - `bias`       `[C]`    `b`, or none
/// - `statistics` `[R, 2]` out: `m` and `r` of each row, which [`normalize_backward`] reads
/// - `x`          `[R, C]`
/// - `y`          `[R, C]` out; may not alias `x`
pub fn normalize(normalization: Normalization, eps: f64, bias: Option<&[f32]>, x: &[f32], statistics: &mut [f32], y: &mut [f32]) {
    let Normalization { columns, centered, weight } = normalization;
    let rows = x.chunks_exact(columns.max(1)).zip(y.chunks_exact_mut(columns.max(1)));
    for ((x, y), saved) in rows.zip(statistics.chunks_exact_mut(2)) {
        let mean = if centered { (sum_of(x) / columns as f64) as f32 } else { 0.0 };
        standardize(x, mean, 1.0, y);
        let factor = (1.0 / sqrt(dot(y, y) / columns as f64 + eps)) as f32;
        scale(y, factor);
        saved.copy_from_slice(&[mean, factor]);
        if let Some(weight) = weight {
            multiply(y, weight);
        }
        if let Some(bias) = bias {
            add(y, bias);
        }
    }
}

/// `y = (x − mean)·factor`.
#[inline(never)]
fn standardize(x: &[f32], mean: f32, factor: f32, y: &mut [f32]) {
    let (mean, factor) = (F32x4::splat(mean), F32x4::splat(factor));
    update([y], [x], |_, [x]| [x.sub(mean).mul(factor)]);
}

/// The gradients of [`normalize`].
///
/// ```text
/// dx = r·(g − mean(g) − x̂·mean(g ⊙ x̂))      g = dy ⊙ w, x̂ = (x − m)·r; without mean(g) if not centered
/// dw += Σ dy ⊙ x̂,  db += Σ dy               over the rows, in their order
/// ```
///
/// - `x`          `[R, C]` as forward read it
/// - `statistics` `[R, 2]` of the forward pass
/// - `dy`         `[R, C]` in: the gradient of `y`, out: `dx`
/// - `dw`, `db`   `[C]`    added to, or none
/// - `scratch`    `[C]`    for `x̂`
pub fn normalize_backward(
    normalization: Normalization,
    x: &[f32],
    statistics: &[f32],
    dy: &mut [f32],
    mut dw: Option<&mut [f32]>,
    mut db: Option<&mut [f32]>,
    scratch: &mut [f32],
) {
    let Normalization { columns, centered, weight } = normalization;
    let rows = x.chunks_exact(columns.max(1)).zip(dy.chunks_exact_mut(columns.max(1)));
    for ((x, dy), saved) in rows.zip(statistics.chunks_exact(2)) {
        standardize(x, saved[0], saved[1], scratch);
        if let Some(db) = &mut db {
            add(db, dy);
        }
        if let Some(dw) = &mut dw {
            update([&mut **dw], [&*dy, &*scratch], |[dw], [dy, x]| [dw.add(dy.mul(x))]);
        }
        if let Some(weight) = weight {
            multiply(dy, weight);
        }
        let mean = |total: f64| F32x4::splat((total / columns as f64) as f32);
        let along = mean(dot(dy, scratch));
        let common = mean(if centered { sum_of(dy) } else { 0.0 });
        update([&mut *dy], [&*scratch], |[g], [x]| [g.sub(common).sub(x.mul(along))]);
        scale(dy, saved[1]);
    }
}
