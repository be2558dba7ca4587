//! Products with a single row, as in a batch of one.
//!
//! A single row goes over several panels at once: with fused instructions it takes eight or nine sums to hide their latency, without them
//! six, and the V8 of Node 20 has no registers for more. What is left over in a group of columns, one or two panels of a width, is taken
//! together with what is left over in the other groups.

use super::panels::{is_wide, Panel, Panels, Run, FUSED};
use super::tile::{strip, Initial, Left, Target};
use crate::simd::{F32x4, LANES};

/// The operands of a product with a single row: `c[n] = initial + a[k]·b`.
#[derive(Clone, Copy)]
pub struct Row {
    pub k: usize,
    pub a: *const f32,
    pub b: *const f32,
    pub c: Target,
    pub initial: Initial,
}

/// `count` panels of one width, `distance` columns from one to the next.
#[derive(Clone, Copy)]
struct Spaced {
    column: usize,
    width: usize,
    count: usize,
    distance: usize,
}

/// # Safety
/// That of `product`, for a row that is not packed.
pub unsafe fn single_row(n: usize, panels: Panels, row: Row) {
    let whole = |run: Run| if panels.groups() == 1 { run.count } else { run.count - run.count % at_once(run.width) };
    // SAFETY: by contract.
    let go = |spaced: Spaced| unsafe { row.go_over(n, spaced) };
    panels.for_each_run(|run| go(Spaced { column: run.column, width: run.width, count: whole(run), distance: run.width }));
    panels.for_each_run_of_first_group(|run| {
        for left_over in whole(run)..run.count {
            let Panel { column, width } = run.panel(left_over);
            go(Spaced { column, width, count: panels.groups(), distance: panels.group() });
        }
    });
}

/// How many panels of a width are taken at once.
fn at_once(width: usize) -> usize {
    if is_wide(width) || !FUSED {
        3
    } else {
        4
    }
}

impl Row {
    /// # Safety
    /// That of `product`; the panels exist, but for some of the last one's columns.
    unsafe fn go_over(self, n: usize, mut panels: Spaced) {
        let Self { k, a, b, c, initial } = self;
        while panels.count > 0 {
            let last = panels.column + (panels.count - 1) * panels.distance;
            let whole = panels.count - usize::from(last + panels.width > n);
            let (b, c, initial) = (b.wrapping_add(panels.column * k), c.at(0, panels.column), initial.at(0, panels.column));
            let (target, start, distance) = (c.values, initial.values, panels.distance);
            // SAFETY: by contract; all columns of the panels that are taken together exist.
            let taken = unsafe {
                match (is_wide(panels.width), whole) {
                    (true, 3..) => kernel::<3, 3>(k, a, b, target, start, distance),
                    (true, 2) => kernel::<2, 3>(k, a, b, target, start, distance),
                    (false, 4..) if FUSED => kernel::<4, 2>(k, a, b, target, start, distance),
                    (false, 3..) => kernel::<3, 2>(k, a, b, target, start, distance),
                    (false, 2) => kernel::<2, 2>(k, a, b, target, start, distance),
                    (_, _) => {
                        let panel = Panel { column: panels.column, width: panels.width };
                        strip(1, panel, n - panel.column, k, Left { values: a, row: 1, depth: 0 }, b, c, initial);
                        1
                    }
                }
            };
            panels.column += taken * distance;
            panels.count -= taken;
        }
    }
}

/// `c[4·V] = initial + a[k]·b` for `P` panels of `V` vectors, `distance` columns from one to the next; returns `P`.
#[inline(never)]
unsafe fn kernel<const P: usize, const V: usize>(
    k: usize,
    a: *const f32,
    b: *const f32,
    c: *mut f32,
    initial: *const f32,
    distance: usize,
) -> usize {
    let mut sums = [[F32x4::splat(0.0); V]; P];
    // SAFETY: by contract of `product`.
    unsafe {
        if !initial.is_null() {
            for (p, sum) in sums.iter_mut().enumerate() {
                let row = initial.add(p * distance);
                *sum = core::array::from_fn(|v| F32x4::load(row.add(v * LANES)));
            }
        }
        let b: [*const f32; P] = core::array::from_fn(|p| b.wrapping_add(p * distance * k));
        let (mut a, end) = (a, a.wrapping_add(k));
        let mut step = 0;
        while a != end {
            let x = F32x4::load_splat(a);
            for (sum, b) in sums.iter_mut().zip(b) {
                let b = b.wrapping_add(step);
                *sum = core::array::from_fn(|v| x.madd(F32x4::load(b.add(v * LANES)), sum[v]));
            }
            a = a.wrapping_add(1);
            step += V * LANES;
        }
        for (p, sum) in sums.iter().enumerate() {
            for (v, value) in sum.iter().enumerate() {
                value.store(c.add(p * distance + v * LANES));
            }
        }
    }
    P
}
