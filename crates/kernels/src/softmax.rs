//! Softmax over rows, in place. Rows are independent of each other; sums run in one fixed order.

use crate::lanes::{dot, map, max, sum, sum_of, update};
use crate::math;
use crate::simd::F32x4;

/// What a row's softmax is made of: `p = e^(x − max) / sum`.
#[derive(Clone, Copy)]
pub(crate) struct RowStatistics {
    pub max: f32,
    /// `Σ e^(x − max)`, at least 1.
    pub sum: f32,
}

impl RowStatistics {
    pub fn of(row: &[f32]) -> Self {
        let max = max(row);
        let shift = F32x4::splat(max);
        let sum = sum([row], f32::NEG_INFINITY, |[x]| math::exp(x.sub(shift)));
        Self { max, sum: sum as f32 }
    }

    /// `log Σ e^(x − max)`.
    pub fn log_sum(self) -> f32 {
        math::log(F32x4::splat(self.sum)).first()
    }
}

/// `x ← e^x / Σ e^x` in every row of `[rows, columns]`.
pub fn softmax(columns: usize, x: &mut [f32]) {
    for row in x.chunks_exact_mut(columns.max(1)) {
        let shift = F32x4::splat(max(row));
        map(row, |x| math::exp(x.sub(shift)));
        let sum = F32x4::splat(sum_of(row) as f32);
        map(row, |e| e.div(sum));
    }
}

/// The gradient of [`softmax`]: `dy ← y·(dy − Σ dy·y)` with `y` its result.
pub fn softmax_backward(columns: usize, y: &[f32], dy: &mut [f32]) {
    assert_eq!(y.len(), dy.len());
    for (y, dy) in y.chunks_exact(columns.max(1)).zip(dy.chunks_exact_mut(columns.max(1))) {
        let dot = F32x4::splat(dot(y, dy) as f32);
        update([dy], [y], |[dy], [y]| [y.mul(dy.sub(dot))]);
    }
}

/// `x ← x − log Σ e^x` in every row of `[rows, columns]`.
pub fn log_softmax(columns: usize, x: &mut [f32]) {
    for row in x.chunks_exact_mut(columns.max(1)) {
        let statistics = RowStatistics::of(row);
        let (shift, log_sum) = (F32x4::splat(statistics.max), F32x4::splat(statistics.log_sum()));
        map(row, |x| x.sub(shift).sub(log_sum));
    }
}

/// The gradient of [`log_softmax`]: `dy ← dy − e^y·Σ dy` with `y` its result.
pub fn log_softmax_backward(columns: usize, y: &[f32], dy: &mut [f32]) {
    assert_eq!(y.len(), dy.len());
    for (y, dy) in y.chunks_exact(columns.max(1)).zip(dy.chunks_exact_mut(columns.max(1))) {
        let total = F32x4::splat(sum_of(dy) as f32);
        update([dy], [y], |[dy], [y]| [dy.sub(math::exp(y).mul(total))]);
    }
}
