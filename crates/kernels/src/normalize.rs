//! Normalization of rows: LayerNorm, and RMSNorm, which leaves the mean where it is. Sums run in one fixed order.

use crate::lanes::{sum, update};
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
        let count = columns as f64;
        let mean = if centered { (sum([x], 0.0, |[x]| x) / count) as f32 } else { 0.0 };
        let m = F32x4::splat(mean);
        let squares = sum([x], mean, |[x]| x.sub(m).mul(x.sub(m)));
        let scale = (1.0 / (squares / count + eps).sqrt()) as f32;
        saved.copy_from_slice(&[mean, scale]);
        let r = F32x4::splat(scale);
        update([&mut *y], [x], |_, [x]| [x.sub(m).mul(r)]);
        if let Some(weight) = weight {
            update([&mut *y], [weight], |[y], [w]| [y.mul(w)]);
        }
        if let Some(bias) = bias {
            update([y], [bias], |[y], [b]| [y.add(b)]);
        }
    }
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
pub fn normalize_backward(
    normalization: Normalization,
    x: &[f32],
    statistics: &[f32],
    dy: &mut [f32],
    mut dw: Option<&mut [f32]>,
    mut db: Option<&mut [f32]>,
) {
    let Normalization { columns, centered, weight } = normalization;
    let rows = x.chunks_exact(columns.max(1)).zip(dy.chunks_exact_mut(columns.max(1)));
    for ((x, dy), saved) in rows.zip(statistics.chunks_exact(2)) {
        let (m, r) = (F32x4::splat(saved[0]), F32x4::splat(saved[1]));
        if let Some(db) = &mut db {
            update([&mut **db], [&*dy], |[db], [dy]| [db.add(dy)]);
        }
        if let Some(dw) = &mut dw {
            update([&mut **dw], [&*dy, x], |[dw], [dy, x]| [dw.add(dy.mul(x.sub(m).mul(r)))]);
        }
        if let Some(weight) = weight {
            update([&mut *dy], [weight], |[dy], [w]| [dy.mul(w)]);
        }
        // Past the end both inputs are 0, and so is the product.
        let mean = |total: f64| F32x4::splat((total / columns as f64) as f32);
        let along = mean(sum([&*dy, x], 0.0, |[g, x]| g.mul(x.sub(m).mul(r))));
        let common = if centered { mean(sum([&*dy], 0.0, |[g]| g)) } else { F32x4::splat(0.0) };
        update([dy], [x], |[g], [x]| [g.sub(common).sub(x.sub(m).mul(r).mul(along)).mul(r)]);
    }
}
