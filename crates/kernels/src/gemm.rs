//! Matrix products on packed operands.
//!
//! The right-hand side is packed once into panels of 8 or 12 columns, `[n/8][k][8]`, so that the inner loop reads it in one stream; the
//! left-hand side is read as it lies ([`gemm`]) or packed into panels of a tile's rows ([`gemm_packed`], for products over rows, where
//! both operands lie the wrong way). A tile keeps 4 × 8 or 3 × 12 results in registers: see `panels.rs`.
//!
//! Every result is one chain `start + a₀b₀ + a₁b₁ + …` in the order of `k`, whatever the tile: a row's result does not depend on the rows
//! computed beside it, nor on how `k` was cut into blocks. Padding columns and rows are computed from zeros and not written.

mod pack;
mod panels;
mod row;
mod tile;

use panels::Panels;

pub use pack::{
    pack_left, pack_left_and_sum, pack_right, pack_right_transposed, pack_rows, pack_transposed, packed_left_len, packed_len, Order,
};

/// Columns of a narrow panel: two vectors. Numbers of columns are padded to a multiple of this.
pub const PANEL: usize = 8;
/// Longest stretch of `k` that is done at once: 512 × 12 values of a panel are 24 KiB and stay in the first-level cache.
const DEPTH: usize = 512;

/// What the sums start from.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Start<'a> {
    /// Zero: what is in `c` is replaced.
    Zero,
    /// What is in `c`: the product is added to it.
    Target,
    /// One value for each column, `[n]`: a bias.
    Row(&'a [f32]),
}

impl Start<'_> {
    /// Where a tile of `c` starts from: a pointer, null for zeros, and the distance between rows.
    fn values(self, n: usize, c: *const f32, c_stride: usize) -> tile::Initial {
        match self {
            Start::Zero => tile::Initial { values: core::ptr::null(), row: 0 },
            Start::Target => tile::Initial { values: c, row: c_stride },
            Start::Row(row) => {
                assert!(row.len() >= n, "gemm: the row is too short");
                tile::Initial { values: row.as_ptr(), row: 0 }
            }
        }
    }
}

/// `c = start + a·b`.
///
/// - `a` `[m, k]` rows `a_stride` apart
/// - `b` packed by [`pack_rows`] or [`pack_transposed`] from `[k, n]`
/// - `c` `[m, n]` rows `c_stride` apart
#[allow(clippy::too_many_arguments)]
pub fn gemm(m: usize, n: usize, k: usize, a: &[f32], a_stride: usize, b: &[f32], c: &mut [f32], c_stride: usize, start: Start) {
    gemm_groups(m, n, n, k, a, a_stride, b, c, c_stride, start);
}

/// [`gemm`] for a `b` whose columns were packed in groups, each by itself: `[n/group][packed_len(k, group)]`.
#[allow(clippy::too_many_arguments)]
pub fn gemm_groups(
    m: usize,
    n: usize,
    group: usize,
    k: usize,
    a: &[f32],
    a_stride: usize,
    b: &[f32],
    c: &mut [f32],
    c_stride: usize,
    start: Start,
) {
    if m == 0 || n == 0 {
        return;
    }
    assert!(k == 0 || a.len() >= (m - 1) * a_stride + k, "gemm: a is too short");
    assert!(b.len() >= packed_len(k, n), "gemm: b is too short");
    assert!(c.len() >= (m - 1) * c_stride + n, "gemm: c is too short");
    let left = tile::Left { values: a.as_ptr(), row: a_stride.max(1), depth: 0 };
    let initial = start.values(n, c.as_ptr(), c_stride);
    let target = tile::Target { values: c.as_mut_ptr(), row: c_stride };
    // SAFETY: the lengths were checked; `c` is borrowed mutably, so it overlaps neither `a` nor `b`.
    unsafe { tile::product(m, n, Panels::of_groups(n, group), k, left, b.as_ptr(), target, initial) }
}

/// `c += aᵀ·b` for both operands packed over the same `k` rows.
///
/// - `a` packed by [`pack_left`] from `[k, m]`
/// - `b` packed by [`pack_right`] from `[k, n]`, in the same [`Order`]
/// - `c` `[m, n]` rows `c_stride` apart
pub fn gemm_packed(m: usize, n: usize, k: usize, a: &[f32], b: &[f32], c: &mut [f32], c_stride: usize) {
    if m == 0 || n == 0 {
        return;
    }
    assert!(a.len() >= packed_left_len(k, m), "gemm_packed: a is too short");
    assert!(b.len() >= packed_len(k, n), "gemm_packed: b is too short");
    assert!(c.len() >= (m - 1) * c_stride + n, "gemm_packed: c is too short");
    let left = tile::Left { values: a.as_ptr(), row: 0, depth: k };
    let initial = Start::Target.values(n, c.as_ptr(), c_stride);
    let target = tile::Target { values: c.as_mut_ptr(), row: c_stride };
    // SAFETY: the lengths were checked, the panels of `a` are padded to whole tiles; `c` is borrowed mutably.
    unsafe { tile::product(m, n, Panels::narrow(n), k, left, b.as_ptr(), target, initial) }
}

#[cfg(test)]
mod tests;
