//! Packing: the order in which the tiles read.

use super::panels::{is_wide, Panels, ROWS, WIDE};
use super::PANEL;
use crate::simd::{F32x4, LANES};

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

/// Packs `b`, which lies as it is multiplied, for [`gemm`](super::gemm), into the steps `offset..offset + rows` of panels that are `depth` deep.
///
/// - `b` `[rows, n]` rows `stride` apart
/// - `packed` `[panels][depth][columns]` out: columns from `n` to the end of the last panel are zero
pub fn pack_rows(rows: usize, n: usize, b: &[f32], stride: usize, packed: &mut [f32], depth: usize, offset: usize) {
    debug_assert!(offset + rows <= depth);
    pack_panels(Panels::of(n), n, rows, depth, offset, packed, |row| &b[row * stride..]);
}

/// Packs `b`, which lies as it is multiplied, for [`gemm_packed`](super::gemm_packed).
///
/// - `b` `[rows, n]` rows `stride` apart, taken in `order`
/// - `packed` `[n/8][rows][8]` out: columns from `n` to the end of the last panel are zero
pub fn pack_right(rows: usize, n: usize, b: &[f32], stride: usize, order: Order, packed: &mut [f32]) {
    pack_panels(Panels::narrow(n), n, rows, rows, 0, packed, |position| &b[order.row(position, rows) * stride..]);
}

fn pack_panels<'a>(
    panels: Panels,
    n: usize,
    rows: usize,
    depth: usize,
    offset: usize,
    packed: &mut [f32],
    row: impl Fn(usize) -> &'a [f32],
) {
    panels.for_each(|panel| {
        let valid = (n - panel.column).min(panel.width);
        let packed = &mut packed[panel.column * depth..][offset * panel.width..][..rows * panel.width];
        let source = |position| &row(position)[panel.column..][..valid];
        if is_wide(panel.width) {
            copy_rows::<WIDE>(packed, source);
        } else {
            copy_rows::<PANEL>(packed, source);
        }
    });
}

/// Fills a panel of `W` columns row by row; columns that a row does not have are zero. Whole rows are copied by their known length, without a call.
#[inline(always)]
fn copy_rows<'a, const W: usize>(packed: &mut [f32], source: impl Fn(usize) -> &'a [f32]) {
    for (position, target) in packed.as_chunks_mut::<W>().0.iter_mut().enumerate() {
        let source = source(position);
        match source.first_chunk::<W>() {
            Some(source) => *target = *source,
            None => {
                target[..source.len()].copy_from_slice(source);
                target[source.len()..].fill(0.0);
            }
        }
    }
}

/// Packs `wᵀ` for a `w` whose rows become columns: a weight `[out, in]` as PyTorch stores it.
///
/// - `w` `[n, k]` rows `stride` apart
/// - `packed` `[panels][k][columns]` out: columns from `n` to the end of the last panel are zero
pub fn pack_transposed(k: usize, n: usize, w: &[f32], stride: usize, packed: &mut [f32]) {
    pack_columns(Panels::of(n), k, n, w, stride, packed);
}

/// [`pack_transposed`] for [`gemm_packed`](super::gemm_packed).
pub fn pack_right_transposed(k: usize, n: usize, w: &[f32], stride: usize, packed: &mut [f32]) {
    pack_columns(Panels::narrow(n), k, n, w, stride, packed);
}

fn pack_columns(panels: Panels, k: usize, n: usize, w: &[f32], stride: usize, packed: &mut [f32]) {
    panels.for_each(|panel| {
        let packed = &mut packed[panel.column * k..][..panel.width * k];
        let valid = (n - panel.column).min(panel.width);
        if valid < panel.width {
            packed.fill(0.0);
        }
        let source = |column| &w[(panel.column + column) * stride..][..k];
        if is_wide(panel.width) {
            put_columns::<WIDE>(packed, valid, source);
        } else {
            put_columns::<PANEL>(packed, valid, source);
        }
    });
}

/// Sets the first `valid` columns of a panel of `W`, four at a time.
#[inline(always)]
fn put_columns<'a, const W: usize>(packed: &mut [f32], valid: usize, source: impl Fn(usize) -> &'a [f32]) {
    let grouped = valid - valid % LANES;
    for column in (0..grouped).step_by(LANES) {
        put_four::<W>(packed, column, core::array::from_fn(|next| source(column + next)));
    }
    for column in grouped..valid {
        for (target, value) in packed.as_chunks_mut::<W>().0.iter_mut().zip(source(column)) {
            target[column] = *value;
        }
    }
}

/// Sets the columns `column..column + 4` of a panel of `W`.
#[inline(always)]
fn put_four<const W: usize>(packed: &mut [f32], column: usize, sources: [&[f32]; LANES]) {
    let k = sources[0].len();
    assert!(packed.len() >= k * W && column + LANES <= W && sources.iter().all(|source| source.len() == k));
    let target = packed.as_mut_ptr();
    let mut p = 0;
    while p + LANES <= k {
        // SAFETY: p + 4 ≤ k, the length of all sources; the last value written is at (p + 3)·W + column + 3 < k·W.
        unsafe {
            let columns = F32x4::transpose(sources.map(|source| F32x4::load(source.as_ptr().add(p))));
            for (step, values) in columns.iter().enumerate() {
                values.store(target.add((p + step) * W + column));
            }
        }
        p += LANES;
    }
    for p in p..k {
        for (next, source) in sources.iter().enumerate() {
            packed[p * W + column + next] = source[p];
        }
    }
}

/// Packs a left-hand side whose columns become rows, `[m/4][k][4]`.
///
/// - `a` `[rows, m]` rows `stride` apart, taken in `order`
/// - `packed` out: rows from `m` to the end of the last panel are zero
pub fn pack_left(rows: usize, m: usize, a: &[f32], stride: usize, order: Order, packed: &mut [f32]) {
    LeftPacking { rows, m, a, stride, order }.pack(packed, None);
}

/// [`pack_left`], which also adds the rows to `sums` `[m]`, one after the other in their order: for the gradient of a bias.
pub fn pack_left_and_sum(rows: usize, m: usize, a: &[f32], stride: usize, order: Order, packed: &mut [f32], sums: &mut [f32]) {
    LeftPacking { rows, m, a, stride, order }.pack(packed, Some(sums));
}

/// Panels that are packed together: a row's share of them fills the line of the cache that was loaded for it.
const TOGETHER: usize = 4;

#[derive(Clone, Copy)]
struct LeftPacking<'a> {
    rows: usize,
    m: usize,
    a: &'a [f32],
    stride: usize,
    order: Order,
}

impl LeftPacking<'_> {
    fn pack(self, packed: &mut [f32], mut sums: Option<&mut [f32]>) {
        let Self { rows, m, .. } = self;
        assert!(rows == 0 || m == 0 || self.a.len() >= (rows - 1) * self.stride + m, "pack_left: a is too short");
        let packed = &mut packed[..packed_left_len(rows, m)];
        let mut column = 0;
        while column < m {
            let target = &mut packed[column * rows..];
            let sums = sums.as_deref_mut().map(|sums| &mut sums[column..]);
            column += match m - column {
                0..ROWS => self.panel_of_part(column, target, sums),
                left if left < TOGETHER * ROWS => self.panels::<1>(column, target, sums),
                _ => self.panels::<TOGETHER>(column, target, sums),
            };
        }
    }

    /// `P` whole panels from a column on; returns how many columns these are.
    #[inline(always)]
    fn panels<const P: usize>(self, column: usize, packed: &mut [f32], mut sums: Option<&mut [f32]>) -> usize {
        let Self { rows, stride, order, .. } = self;
        let packed = packed[..P * rows * ROWS].as_mut_ptr();
        let mut totals = [F32x4::splat(0.0); P];
        // SAFETY: `pack` has checked that all columns exist in all rows; the panels of `packed`, and `sums`, are as long as they have to be.
        unsafe {
            if let Some(sums) = &sums {
                totals = core::array::from_fn(|panel| F32x4::load(sums[panel * ROWS..][..ROWS].as_ptr()));
            }
            for position in 0..rows {
                let row = self.a.as_ptr().add(order.row(position, rows) * stride + column);
                for (panel, total) in totals.iter_mut().enumerate() {
                    let values = F32x4::load(row.add(panel * ROWS));
                    values.store(packed.add((panel * rows + position) * ROWS));
                    *total = total.add(values);
                }
            }
            if let Some(sums) = &mut sums {
                for (total, sums) in totals.iter().zip(sums.chunks_exact_mut(ROWS)) {
                    total.store(sums.as_mut_ptr());
                }
            }
        }
        P * ROWS
    }

    /// The last panel, of which some columns do not exist.
    fn panel_of_part(self, column: usize, packed: &mut [f32], mut sums: Option<&mut [f32]>) -> usize {
        let Self { rows, m, a, stride, order } = self;
        let width = m - column;
        for (position, target) in packed.chunks_exact_mut(ROWS).take(rows).enumerate() {
            let source = &a[order.row(position, rows) * stride + column..][..width];
            target[..width].copy_from_slice(source);
            target[width..].fill(0.0);
            if let Some(sums) = sums.as_deref_mut() {
                sums.iter_mut().zip(source).for_each(|(sum, value)| *sum += value);
            }
        }
        width
    }
}
