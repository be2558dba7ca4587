//! The micro-kernels, and the loops around them.
//!
//! The loops over `k` are written plainly: V8 unrolls them itself, and one that was unrolled by hand spills registers (34 instead of
//! 50 GFLOP/s). V8 loads all that a step needs before it multiplies, and has 15 vector registers: 4 × 8 takes 8 sums, 2 columns and 4
//! values of rows; 3 × 12 takes 9, 3 and 3. More rows spill, also where the sums alone would fit.

use super::panels::{is_wide, Panel, Panels, ROWS, WIDE};
use super::row::{single_row, Row};
use super::{DEPTH, PANEL};
use crate::simd::{F32x4, LANES};

/// Where element `(row, p)` of a left-hand side lies: `values + row·self.row + p`, or, if it is packed, in panels of [`ROWS`] rows that are
/// `depth` steps long.
#[derive(Clone, Copy)]
pub struct Left {
    pub values: *const f32,
    /// Distance between rows; 0 if packed.
    pub row: usize,
    /// Steps of a whole panel, if packed.
    pub depth: usize,
}

impl Left {
    fn is_packed(self) -> bool {
        self.row == 0
    }

    /// From step `start` on.
    fn after_steps(self, start: usize) -> Self {
        Self { values: self.values.wrapping_add(if self.is_packed() { start * ROWS } else { start }), ..self }
    }

    /// From row `row` on: a multiple of [`ROWS`] if packed.
    fn at_row(self, row: usize) -> *const f32 {
        self.values.wrapping_add(row * if self.is_packed() { self.depth } else { self.row })
    }
}

/// What the sums start from: the value for `(row, column)` at `values + row·self.row + column`, or zeros if `values` is null.
#[derive(Clone, Copy)]
pub struct Initial {
    pub values: *const f32,
    pub row: usize,
}

impl Initial {
    /// The values for what begins `rows` and `columns` further on.
    pub fn at(self, rows: usize, columns: usize) -> Self {
        if self.values.is_null() {
            return self;
        }
        Self { values: self.values.wrapping_add(rows * self.row + columns), ..self }
    }
}

/// The results: rows `row` apart.
#[derive(Clone, Copy)]
pub struct Target {
    pub values: *mut f32,
    pub row: usize,
}

impl Target {
    pub fn at(self, rows: usize, columns: usize) -> Self {
        Self { values: self.values.wrapping_add(rows * self.row + columns), ..self }
    }
}

/// # Safety
/// The operands are as long as `m`, `n`, `k` and the distances say, and packed in these panels; `c` overlaps neither.
#[allow(clippy::too_many_arguments)]
pub unsafe fn product(m: usize, n: usize, panels: Panels, k: usize, left: Left, b: *const f32, c: Target, initial: Initial) {
    if m == 1 && !left.is_packed() {
        // No part of `b` is used twice, so nothing is won by blocks.
        // SAFETY: by contract.
        return unsafe { single_row(n, panels, Row { k, a: left.values, b, c, initial }) };
    }
    let mut start = 0;
    let mut initial = initial;
    loop {
        let depth = (k - start).min(DEPTH);
        let a = left.after_steps(start);
        panels.for_each(|panel| {
            let b = b.wrapping_add(panel.column * k + start * panel.width);
            let (c, initial) = (c.at(0, panel.column), initial.at(0, panel.column));
            // SAFETY: by contract; every block starts inside the operands.
            unsafe { strip(m, panel, n - panel.column, depth, a, b, c, initial) }
        });
        start += depth;
        if start >= k {
            return;
        }
        initial = Initial { values: c.values, row: c.row };
    }
}

/// All rows of one panel, of whose columns `valid` exist.
#[allow(clippy::too_many_arguments)]
pub unsafe fn strip(m: usize, panel: Panel, valid: usize, k: usize, a: Left, b: *const f32, c: Target, initial: Initial) {
    let mut row = 0;
    // SAFETY: the tiles lie inside `c`, their operands inside `a` and `b`; a packed `a` is padded to whole tiles.
    unsafe {
        if valid >= panel.width {
            row = match (a.is_packed(), is_wide(panel.width)) {
                (true, _) => whole_tiles::<ROWS, 2, ROWS>(m / ROWS, k, a, b, c, initial),
                // Four rows in tiles of three would leave one alone, which is slow: two and two.
                (false, true) => whole_tiles::<3, 3, 1>(m / 3 - usize::from(m % 3 == 1 && m > 1), k, a, b, c, initial),
                (false, _) => whole_tiles::<4, 2, 1>(m / 4, k, a, b, c, initial),
            };
        }
        while row < m {
            let rows = rows_of_tile(panel, m - row, a.is_packed());
            let (a_tile, c, initial) = (a.at_row(row), c.at(row, 0), initial.at(row, 0));
            if valid < panel.width || rows > m - row {
                edge(rows.min(m - row), valid.min(panel.width), panel, k, a_tile, a, b, c, initial);
            } else {
                tile_of(rows, panel, k, a_tile, a, b, c, initial);
            }
            row += rows;
        }
    }
}

/// So many tiles, one below the other, and how many rows these are. Between tiles nothing is decided: for a short `k` that would take longer
/// than the tiles.
#[inline(always)]
unsafe fn whole_tiles<const R: usize, const V: usize, const STEP: usize>(
    count: usize,
    k: usize,
    a: Left,
    b: *const f32,
    c: Target,
    initial: Initial,
) -> usize {
    let (a_row, a_tile_distance) = if a.is_packed() { (1, R * a.depth) } else { (a.row, R * a.row) };
    let initial_distance = if initial.values.is_null() { 0 } else { R * initial.row };
    let (mut a, mut start, mut target) = (a.values, initial.values, c.values);
    for _ in 0..count {
        // SAFETY: by contract of `product`.
        unsafe { tile::<R, V, STEP>(k, a, a_row, b, target, c.row, start, initial.row) };
        a = a.wrapping_add(a_tile_distance);
        start = start.wrapping_add(initial_distance);
        target = target.wrapping_add(R * c.row);
    }
    count * R
}

/// How many rows the next tile takes of those that are left.
fn rows_of_tile(panel: Panel, left: usize, packed: bool) -> usize {
    match (packed, is_wide(panel.width)) {
        (true, _) => ROWS,
        (false, true) if left == 4 => 2,
        (false, true) => left.min(3),
        (false, _) => left.min(4),
    }
}

/// The kernel for a tile of this many rows. A packed left-hand side always has [`ROWS`] of them.
#[allow(clippy::too_many_arguments)]
unsafe fn tile_of(rows: usize, panel: Panel, k: usize, a_tile: *const f32, a: Left, b: *const f32, c: Target, initial: Initial) {
    // SAFETY: by contract of `product`.
    unsafe {
        match (a.is_packed(), is_wide(panel.width), rows) {
            (true, _, _) => tile::<ROWS, 2, ROWS>(k, a_tile, 1, b, c.values, c.row, initial.values, initial.row),
            (false, true, 1) => tile::<1, 3, 1>(k, a_tile, a.row, b, c.values, c.row, initial.values, initial.row),
            (false, true, 2) => tile::<2, 3, 1>(k, a_tile, a.row, b, c.values, c.row, initial.values, initial.row),
            (false, true, _) => tile::<3, 3, 1>(k, a_tile, a.row, b, c.values, c.row, initial.values, initial.row),
            (false, _, 1) => tile::<1, 2, 1>(k, a_tile, a.row, b, c.values, c.row, initial.values, initial.row),
            (false, _, 2) => tile::<2, 2, 1>(k, a_tile, a.row, b, c.values, c.row, initial.values, initial.row),
            (false, _, 3) => tile::<3, 2, 1>(k, a_tile, a.row, b, c.values, c.row, initial.values, initial.row),
            (false, _, _) => tile::<4, 2, 1>(k, a_tile, a.row, b, c.values, c.row, initial.values, initial.row),
        }
    }
}

/// `c[R, 4·V] = initial + a[R, k]·b[k, 4·V]`; element `(r, p)` of `a` at `a + r·a_row + p·STEP`.
///
/// Everything comes as a number of its own: with structs, which go through memory, V8 gave the loop fewer registers (18 % slower).
#[inline(never)]
#[allow(clippy::too_many_arguments)]
unsafe fn tile<const R: usize, const V: usize, const STEP: usize>(
    k: usize,
    a: *const f32,
    a_row: usize,
    b: *const f32,
    c: *mut f32,
    c_row: usize,
    initial: *const f32,
    initial_row: usize,
) {
    let mut sums = [[F32x4::splat(0.0); V]; R];
    // SAFETY: by contract of `product`.
    unsafe {
        if !initial.is_null() {
            for (r, sum) in sums.iter_mut().enumerate() {
                let row = initial.add(r * initial_row);
                *sum = core::array::from_fn(|v| F32x4::load(row.add(v * LANES)));
            }
        }
        let rows: [*const f32; R] = core::array::from_fn(|r| a.wrapping_add(r * a_row));
        let (mut b, end) = (b, b.wrapping_add(k * V * LANES));
        let mut p = 0;
        while b != end {
            let columns: [F32x4; V] = core::array::from_fn(|v| F32x4::load(b.add(v * LANES)));
            // The values of a packed step are neighbours, of which one address is enough.
            let packed = a.wrapping_add(p);
            for (r, sum) in sums.iter_mut().enumerate() {
                let x = F32x4::load_splat(if STEP == R && R > 1 { packed.add(r) } else { rows[r].add(p) });
                *sum = core::array::from_fn(|v| x.madd(columns[v], sum[v]));
            }
            b = b.wrapping_add(V * LANES);
            p += STEP;
        }
        for (r, sum) in sums.iter().enumerate() {
            let row = c.add(r * c_row);
            for (v, value) in sum.iter().enumerate() {
                value.store(row.add(v * LANES));
            }
        }
    }
}

/// A tile of which only `height` × `width` results exist: computed on a copy, so that nothing beside them is read or written.
#[allow(clippy::too_many_arguments)]
unsafe fn edge(
    height: usize,
    width: usize,
    panel: Panel,
    k: usize,
    a_tile: *const f32,
    a: Left,
    b: *const f32,
    c: Target,
    initial: Initial,
) {
    let mut copy = [0.0f32; 4 * PANEL + ROWS * WIDE];
    let target = Target { values: copy.as_mut_ptr(), row: panel.width };
    // SAFETY: by contract of `product`; a packed `a` is padded to whole tiles, of an unpacked one only `height` rows are read.
    unsafe {
        if !initial.values.is_null() {
            for r in 0..height {
                core::ptr::copy_nonoverlapping(initial.at(r, 0).values, target.at(r, 0).values, width);
            }
        }
        tile_of(height, panel, k, a_tile, a, b, target, Initial { values: target.values, row: target.row });
        for r in 0..height {
            core::ptr::copy_nonoverlapping(target.at(r, 0).values, c.at(r, 0).values, width);
        }
    }
}
