//! The micro-kernels, and the loops around them.
//!
//! The loops over `k` are written plainly: V8 unrolls them itself, and one that was unrolled by hand spills registers (34 instead of
//! 50 GFLOP/s). Twelve and more accumulators spill too: V8 has 15 vector registers.

use super::{DEPTH, PANEL, ROWS};
use crate::simd::{F32x4, LANES};

/// Where element `(row, p)` of a left-hand side lies: `values + (row / 4)·panel + (row % 4)·row + p·step`.
#[derive(Clone, Copy)]
pub struct Left {
    pub values: *const f32,
    pub row: usize,
    pub panel: usize,
    pub step: usize,
}

/// What the sums start from: the value for `(row, column)` at `values + row·self.row + column`, or zeros if `values` is null.
#[derive(Clone, Copy)]
pub struct Initial {
    pub values: *const f32,
    pub row: usize,
}

impl Initial {
    /// The values for a tile that begins `rows` and `columns` further on.
    fn at(self, rows: usize, columns: usize) -> Self {
        if self.values.is_null() {
            return self;
        }
        Self { values: self.values.wrapping_add(rows * self.row + columns), ..self }
    }
}

/// Panels that a single row goes over at once: a row alone needs that many accumulators to hide the latency of an addition.
const WIDE: usize = 4;

/// # Safety
/// The operands are as long as `m`, `n`, `k` and the strides say; `c` overlaps neither.
#[allow(clippy::too_many_arguments)]
pub unsafe fn product(m: usize, n: usize, k: usize, left: Left, b: *const f32, c: *mut f32, c_stride: usize, initial: Initial) {
    let mut start = 0;
    let mut initial = initial;
    loop {
        let depth = (k - start).min(DEPTH);
        let a = Left { values: left.values.wrapping_add(start * left.step), ..left };
        // SAFETY: by contract; every block starts inside the operands.
        unsafe { block(m, n, depth, a, b.wrapping_add(start * PANEL), k * PANEL, c, c_stride, initial) };
        start += depth;
        if start >= k {
            return;
        }
        initial = Initial { values: c, row: c_stride };
    }
}

/// One stretch of `k`: all tiles of `c`. `panel` is the distance between panels of `b`.
#[allow(clippy::too_many_arguments)]
unsafe fn block(m: usize, n: usize, k: usize, a: Left, b: *const f32, panel: usize, c: *mut f32, c_stride: usize, initial: Initial) {
    let packed = a.step == ROWS;
    let whole_rows = m - m % ROWS;
    let mut column = 0;
    while column < n {
        let width = (n - column).min(PANEL);
        let b = b.wrapping_add(column / PANEL * panel);
        let mut row = 0;
        while row < whole_rows {
            // SAFETY: tile (row, column) lies inside `c`, its operands inside `a` and `b`.
            unsafe {
                let a_tile = a.values.wrapping_add(row / ROWS * a.panel);
                let c_tile = c.add(row * c_stride + column);
                let initial = initial.at(row, column);
                if width < PANEL {
                    edge(ROWS, width, k, a_tile, a.row, a.step, b, c_tile, c_stride, initial);
                } else if packed {
                    tile::<4, 4>(k, a_tile, a.row, b, c_tile, c_stride, initial);
                } else {
                    tile::<4, 1>(k, a_tile, a.row, b, c_tile, c_stride, initial);
                }
            }
            row += ROWS;
        }
        column += PANEL;
    }
    if whole_rows < m {
        // SAFETY: as above, for the rows that are left.
        unsafe {
            let a_tile = a.values.wrapping_add(whole_rows / ROWS * a.panel);
            last_rows(
                m - whole_rows,
                n,
                k,
                Left { values: a_tile, ..a },
                b,
                panel,
                c.add(whole_rows * c_stride),
                c_stride,
                initial.at(whole_rows, 0),
            );
        }
    }
}

/// The one to three rows below the last whole tile.
#[allow(clippy::too_many_arguments)]
unsafe fn last_rows(m: usize, n: usize, k: usize, a: Left, b: *const f32, panel: usize, c: *mut f32, c_stride: usize, initial: Initial) {
    let mut column = 0;
    while column < n {
        let width = (n - column).min(PANEL);
        let b = b.wrapping_add(column / PANEL * panel);
        // SAFETY: by contract of `block`.
        unsafe {
            let c = c.add(column);
            let initial = initial.at(0, column);
            if width < PANEL || a.step != 1 {
                edge(m, width, k, a.values, a.row, a.step, b, c, c_stride, initial);
            } else if m == 1 && column + WIDE * PANEL <= n {
                row::<WIDE>(k, a.values, b, panel, c, initial);
                column += WIDE * PANEL;
                continue;
            } else {
                match m {
                    1 => row::<1>(k, a.values, b, panel, c, initial),
                    2 => tile::<2, 1>(k, a.values, a.row, b, c, c_stride, initial),
                    _ => tile::<3, 1>(k, a.values, a.row, b, c, c_stride, initial),
                }
            }
        }
        column += PANEL;
    }
}

/// `c[R, 8] (+)= a[R, k]·b[k, 8]`; element `(r, p)` of `a` at `a + r·a_row + p·STEP`.
#[inline(never)]
unsafe fn tile<const R: usize, const STEP: usize>(
    k: usize,
    a: *const f32,
    a_row: usize,
    b: *const f32,
    c: *mut f32,
    c_stride: usize,
    initial: Initial,
) {
    let mut sums = [[F32x4::splat(0.0); 2]; R];
    // SAFETY: by contract of `product`.
    unsafe {
        if !initial.values.is_null() {
            for (r, sum) in sums.iter_mut().enumerate() {
                let row = initial.values.add(r * initial.row);
                *sum = [F32x4::load(row), F32x4::load(row.add(LANES))];
            }
        }
        let mut a: [*const f32; R] = core::array::from_fn(|r| a.wrapping_add(r * a_row));
        let mut b = b;
        let mut left = k;
        while left > 0 {
            let b0 = F32x4::load(b);
            let b1 = F32x4::load(b.add(LANES));
            for (sum, a) in sums.iter_mut().zip(a.iter_mut()) {
                let x = F32x4::load_splat(*a);
                sum[0] = x.madd(b0, sum[0]);
                sum[1] = x.madd(b1, sum[1]);
                *a = a.wrapping_add(STEP);
            }
            b = b.wrapping_add(PANEL);
            left -= 1;
        }
        for (r, sum) in sums.iter().enumerate() {
            sum[0].store(c.add(r * c_stride));
            sum[1].store(c.add(r * c_stride + LANES));
        }
    }
}

/// `c[8·P] (+)= a[k]·b`, over `P` panels that lie `panel` apart.
#[inline(never)]
unsafe fn row<const P: usize>(k: usize, a: *const f32, b: *const f32, panel: usize, c: *mut f32, initial: Initial) {
    let mut sums = [[F32x4::splat(0.0); 2]; P];
    // SAFETY: by contract of `product`.
    unsafe {
        if !initial.values.is_null() {
            for (p, sum) in sums.iter_mut().enumerate() {
                let row = initial.values.add(p * PANEL);
                *sum = [F32x4::load(row), F32x4::load(row.add(LANES))];
            }
        }
        let mut a = a;
        let mut b: [*const f32; P] = core::array::from_fn(|p| b.wrapping_add(p * panel));
        let mut left = k;
        while left > 0 {
            let x = F32x4::load_splat(a);
            for (sum, b) in sums.iter_mut().zip(b.iter_mut()) {
                sum[0] = x.madd(F32x4::load(*b), sum[0]);
                sum[1] = x.madd(F32x4::load(b.add(LANES)), sum[1]);
                *b = b.wrapping_add(PANEL);
            }
            a = a.wrapping_add(1);
            left -= 1;
        }
        for (p, sum) in sums.iter().enumerate() {
            sum[0].store(c.add(p * PANEL));
            sum[1].store(c.add(p * PANEL + LANES));
        }
    }
}

/// A tile of which only `height` × `width` results exist: computed on copies, so that nothing beside them is read or written.
#[allow(clippy::too_many_arguments)]
unsafe fn edge(
    height: usize,
    width: usize,
    k: usize,
    a: *const f32,
    a_row: usize,
    a_step: usize,
    b: *const f32,
    c: *mut f32,
    c_stride: usize,
    initial: Initial,
) {
    let mut copy = [0.0f32; ROWS * PANEL];
    // SAFETY: by contract of `product`; a packed `a` is padded to whole tiles, an unpacked one is only read where rows exist.
    unsafe {
        let target = copy.as_mut_ptr();
        if !initial.values.is_null() {
            for r in 0..height {
                core::ptr::copy_nonoverlapping(initial.values.add(r * initial.row), target.add(r * PANEL), width);
            }
        }
        let initial = Initial { values: target, row: PANEL };
        match (a_step, height) {
            (ROWS, _) => tile::<4, 4>(k, a, a_row, b, target, PANEL, initial),
            (_, 1) => row::<1>(k, a, b, 0, target, initial),
            (_, 2) => tile::<2, 1>(k, a, a_row, b, target, PANEL, initial),
            (_, 3) => tile::<3, 1>(k, a, a_row, b, target, PANEL, initial),
            _ => tile::<4, 1>(k, a, a_row, b, target, PANEL, initial),
        }
        for r in 0..height {
            core::ptr::copy_nonoverlapping(copy.as_ptr().add(r * PANEL), c.add(r * c_stride), width);
        }
    }
}
