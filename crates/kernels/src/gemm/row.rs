//! Products with a single row, as in a batch of one.

use super::panels::{Panel, Panels, WIDE};
use super::tile::{strip, Initial, Left, Target};
use crate::simd::{F32x4, LANES};

/// A single row goes over several panels at once: it needs that many sums to hide the latency of an addition.
#[allow(clippy::too_many_arguments)]
pub unsafe fn single_row(
    n: usize,
    panels: Panels,
    k: usize,
    a: *const f32,
    panel_at: impl Fn(Panel) -> *const f32,
    depth: usize,
    c: Target,
    initial: Initial,
) {
    for run in panels.runs() {
        let at_once = if run.width == WIDE { 2 } else { 4 };
        let mut index = 0;
        while index < run.count {
            let panel = run.panel(index);
            let (b, c, initial) = (panel_at(panel), c.at(0, panel.column), initial.at(0, panel.column));
            let together = index + at_once <= run.count && panel.column + at_once * panel.width <= n;
            // SAFETY: by contract of `product`; all columns of the panels that are taken together exist.
            unsafe {
                if !together {
                    strip(1, panel, n - panel.column, k, Left { values: a, row: 1, depth: 0 }, b, c, initial);
                } else if panel.width == WIDE {
                    row::<2, 3>(k, a, b, panel.width * depth, c.values, initial.values);
                } else {
                    row::<4, 2>(k, a, b, panel.width * depth, c.values, initial.values);
                }
            }
            index += if together { at_once } else { 1 };
        }
    }
}

/// `c[P·4·V] = initial + a[k]·b`, over `P` panels of `V` vectors that lie `distance` apart.
#[inline(never)]
unsafe fn row<const P: usize, const V: usize>(k: usize, a: *const f32, b: *const f32, distance: usize, c: *mut f32, initial: *const f32) {
    let mut sums = [[F32x4::splat(0.0); V]; P];
    // SAFETY: by contract of `product`.
    unsafe {
        if !initial.is_null() {
            for (p, sum) in sums.iter_mut().enumerate() {
                let row = initial.add(p * V * LANES);
                *sum = core::array::from_fn(|v| F32x4::load(row.add(v * LANES)));
            }
        }
        let mut a = a;
        let mut b: [*const f32; P] = core::array::from_fn(|p| b.wrapping_add(p * distance));
        let mut left = k;
        while left > 0 {
            let x = F32x4::load_splat(a);
            for (sum, b) in sums.iter_mut().zip(b.iter_mut()) {
                sum[0] = x.madd(F32x4::load(*b), sum[0]);
                sum[1] = x.madd(F32x4::load(b.add(LANES)), sum[1]);
                if V == 3 {
                    sum[2] = x.madd(F32x4::load(b.add(2 * LANES)), sum[2]);
                }
                *b = b.wrapping_add(V * LANES);
            }
            a = a.wrapping_add(1);
            left -= 1;
        }
        for (p, sum) in sums.iter().enumerate() {
            let target = c.add(p * V * LANES);
            sum[0].store(target);
            sum[1].store(target.add(LANES));
            if V == 3 {
                sum[2].store(target.add(2 * LANES));
            }
        }
    }
}
