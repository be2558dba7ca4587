//! Packing: the order in which the tiles read.

use super::{PANEL, ROWS};

/// In which order rows are laid along `k`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Ascending,
    Descending,
}

impl Order {
    /// The row that comes at `position` of `rows`.
    #[inline(always)]
    fn row(self, position: usize, rows: usize) -> usize {
        match self {
            Order::Ascending => position,
            Order::Descending => rows - 1 - position,
        }
    }
}

/// Values of a packed right-hand side `[k, n]`.
pub const fn packed_len(k: usize, n: usize) -> usize {
    k * n.next_multiple_of(PANEL)
}

/// Values of a packed left-hand side of `m` columns over `k` rows.
pub const fn packed_left_len(k: usize, m: usize) -> usize {
    k * m.next_multiple_of(ROWS)
}

/// Packs `b`, which lies as it is multiplied, into the steps `offset..offset + rows` of panels that are `depth` deep.
///
/// - `b` `[rows, n]` rows `stride` apart, taken in `order`
/// - `packed` `[n/8][depth][8]` out: columns from `n` to the end of the last panel are zero
#[allow(clippy::too_many_arguments)]
pub fn pack_rows(rows: usize, n: usize, b: &[f32], stride: usize, order: Order, packed: &mut [f32], depth: usize, offset: usize) {
    debug_assert!(offset + rows <= depth);
    for (panel, packed) in packed[..packed_len(depth, n)].chunks_exact_mut(depth.max(1) * PANEL).enumerate() {
        let column = panel * PANEL;
        let width = (n - column).min(PANEL);
        for (position, target) in packed[offset * PANEL..].chunks_exact_mut(PANEL).take(rows).enumerate() {
            let source = &b[order.row(position, rows) * stride + column..][..width];
            if width == PANEL {
                target.copy_from_slice(source);
            } else {
                target[..width].copy_from_slice(source);
                target[width..].fill(0.0);
            }
        }
    }
}

/// Packs `wᵀ` for a `w` whose rows become columns: a weight `[out, in]` as PyTorch stores it.
///
/// - `w` `[n, k]` rows `stride` apart
/// - `packed` `[n/8][k][8]` out: columns from `n` to the end of the last panel are zero
pub fn pack_transposed(k: usize, n: usize, w: &[f32], stride: usize, packed: &mut [f32]) {
    for (panel, packed) in packed[..packed_len(k, n)].chunks_exact_mut(k.max(1) * PANEL).enumerate() {
        let first = panel * PANEL;
        let width = (n - first).min(PANEL);
        if width < PANEL {
            packed.fill(0.0);
        }
        for column in 0..width {
            let source = &w[(first + column) * stride..][..k];
            for (value, target) in source.iter().zip(packed[column..].iter_mut().step_by(PANEL)) {
                *target = *value;
            }
        }
    }
}

/// Packs a left-hand side whose columns become rows, `[m/4][k][4]`.
///
/// - `a` `[rows, m]` rows `stride` apart, taken in `order`
/// - `packed` out: rows from `m` to the end of the last panel are zero
pub fn pack_left(rows: usize, m: usize, a: &[f32], stride: usize, order: Order, packed: &mut [f32]) {
    for (panel, packed) in packed[..packed_left_len(rows, m)].chunks_exact_mut(rows.max(1) * ROWS).enumerate() {
        let first = panel * ROWS;
        let height = (m - first).min(ROWS);
        for (position, target) in packed.chunks_exact_mut(ROWS).enumerate() {
            let source = &a[order.row(position, rows) * stride + first..][..height];
            if height == ROWS {
                target.copy_from_slice(source);
            } else {
                target[..height].copy_from_slice(source);
                target[height..].fill(0.0);
            }
        }
    }
}
