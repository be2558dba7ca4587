//! Loops over whole slices in vectors of four. A tail is copied into a vector of its own, so what a value becomes never depends on where
//! in its slice it stands.

use crate::math::Pointwise;
use crate::simd::{F32x4, LANES};
use core::array::from_fn;
use core::hint::black_box;
use core::ptr::copy_nonoverlapping;

/// Values that are added in f32 before their sum is added in f64: bounds the rounding error of a sum, however long it is.
const BLOCK: usize = 256;

/// `outputs = f(outputs, inputs)`, vector by vector; all slices are of one length, past which they are `pad`.
///
/// The tail goes through the very loop of the whole vectors, as a second turn with other pointers: so there is one copy of `f` in the code, and
/// the kernels that are loops over slices are half as large.
#[inline(always)]
fn visit<const M: usize, const N: usize>(
    length: usize,
    mut outputs: [*mut f32; M],
    mut inputs: [*const f32; N],
    pad: f32,
    mut f: impl FnMut([F32x4; M], [F32x4; N]) -> [F32x4; M],
) {
    let tail = length % LANES;
    let mut end = length - tail;
    let tails = outputs.map(|output| output.wrapping_add(end));
    let mut output_tails = [[pad; LANES]; M];
    let mut input_tails = [[pad; LANES]; N];
    let mut rest = tail;
    loop {
        for start in (0..end).step_by(LANES) {
            // SAFETY: start + 4 ≤ end ≤ the length of every slice, and of every tail.
            unsafe {
                let results = f(outputs.map(|output| F32x4::load(output.add(start))), inputs.map(|input| F32x4::load(input.add(start))));
                for (output, result) in outputs.iter().zip(results) {
                    result.store(output.add(start));
                }
            }
        }
        if rest == 0 {
            break;
        }
        // SAFETY: `rest` values are left of every slice, and a tail has room for more.
        unsafe {
            for index in 0..M {
                copy_nonoverlapping(tails[index], output_tails[index].as_mut_ptr(), rest);
                outputs[index] = output_tails[index].as_mut_ptr();
            }
            for index in 0..N {
                copy_nonoverlapping(inputs[index].add(end), input_tails[index].as_mut_ptr(), rest);
                inputs[index] = input_tails[index].as_ptr();
            }
        }
        // The compiler is not to see that this turn is the last and a short one, or it would write it out.
        (end, rest) = black_box((LANES, 0));
    }
    for index in 0..M {
        // SAFETY: as above.
        unsafe { copy_nonoverlapping(output_tails[index].as_ptr(), tails[index], tail) };
    }
}

/// `outputs = f(outputs, inputs)`, position by position; all slices are of one length.
#[inline(always)]
pub(crate) fn update<const M: usize, const N: usize>(
    mut outputs: [&mut [f32]; M],
    inputs: [&[f32]; N],
    f: impl Fn([F32x4; M], [F32x4; N]) -> [F32x4; M],
) {
    let length = outputs[0].len();
    assert!(outputs.iter().all(|output| output.len() == length) && inputs.iter().all(|input| input.len() == length));
    visit(length, from_fn(|index| outputs[index].as_mut_ptr()), inputs.map(<[f32]>::as_ptr), 0.0, f);
}

/// `values = f(values)`.
#[inline(always)]
pub(crate) fn map(values: &mut [f32], f: impl Fn(F32x4) -> F32x4) {
    update([values], [], |[x], []| [f(x)]);
}

/// Vectors that a [`Pointwise`] function takes at once.
const GROUP: usize = 4;

/// `values = F(values)`, in groups of vectors. The last group is filled up with zeros; like a tail, it is a second turn of the loop.
#[inline(always)]
pub(crate) fn apply<F: Pointwise>(values: &mut [f32]) {
    const SIZE: usize = GROUP * LANES;
    let tail = values.len() % SIZE;
    let mut end = values.len() - tail;
    let mut padded = [0.0; SIZE];
    let mut pointer = values.as_mut_ptr();
    let mut rest = tail;
    loop {
        for start in (0..end).step_by(SIZE) {
            // SAFETY: start + 16 ≤ end ≤ the length of what `pointer` points to.
            unsafe {
                let group = pointer.add(start);
                let results = F::of::<GROUP>(from_fn(|vector| F32x4::load(group.add(vector * LANES))));
                for (vector, result) in results.iter().enumerate() {
                    result.store(group.add(vector * LANES));
                }
            }
        }
        if rest == 0 {
            break;
        }
        // SAFETY: `rest` values are left, and there is room for more.
        unsafe { copy_nonoverlapping(pointer.add(end), padded.as_mut_ptr(), rest) };
        pointer = padded.as_mut_ptr();
        (end, rest) = black_box((SIZE, 0));
    }
    // SAFETY: as above.
    unsafe { copy_nonoverlapping(padded.as_ptr(), values.as_mut_ptr().add(values.len() - tail), tail) };
}

/// `Σ f(inputs)` over all positions, in one fixed order. Past the end the inputs are `pad`, for which `f` is 0.
#[inline(always)]
pub(crate) fn sum<const N: usize>(inputs: [&[f32]; N], pad: f32, f: impl Fn([F32x4; N]) -> F32x4) -> f64 {
    let length = inputs[0].len();
    assert!(inputs.iter().all(|input| input.len() == length));
    let mut total = 0.0;
    for block in (0..length).step_by(BLOCK) {
        let mut lanes = F32x4::splat(0.0);
        let inputs = inputs.map(|input| input[block..].as_ptr());
        visit(BLOCK.min(length - block), [], inputs, pad, |[], values| {
            lanes = lanes.add(f(values));
            []
        });
        total += lanes.to_array().into_iter().map(f64::from).sum::<f64>();
    }
    total
}

/// `Σ x`. Functions of whole slices that several kernels share are compiled once.
#[inline(never)]
pub(crate) fn sum_of(x: &[f32]) -> f64 {
    sum([x], 0.0, |[x]| x)
}

/// `Σ a·b`.
#[inline(never)]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f64 {
    sum([a, b], 0.0, |[a, b]| a.mul(b))
}

/// `y ← y + x`.
#[inline(never)]
pub fn add(y: &mut [f32], x: &[f32]) {
    update([y], [x], |[y], [x]| [y.add(x)]);
}

/// `y ← y·x`.
#[inline(never)]
pub(crate) fn multiply(y: &mut [f32], x: &[f32]) {
    update([y], [x], |[y], [x]| [y.mul(x)]);
}

/// The greatest value, −∞ of none. A NaN may be lost.
#[inline(always)]
pub(crate) fn max(values: &[f32]) -> f32 {
    let mut lanes = F32x4::splat(f32::NEG_INFINITY);
    visit(values.len(), [], [values.as_ptr()], f32::NEG_INFINITY, |[], [next]| {
        lanes = lanes.at_least(next);
        []
    });
    lanes.to_array().into_iter().fold(f32::NEG_INFINITY, f32::max)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::testing::Random;

    #[test]
    fn update_reaches_every_position_of_every_length() {
        for length in 0..14 {
            let (mut a, mut b) = (Random::new(1).floats(length), Random::new(2).floats(length));
            let c = Random::new(3).floats(length);
            let expected: Vec<(f32, f32)> = (0..length).map(|at| (a[at] + c[at], b[at] * a[at])).collect();
            update([&mut a, &mut b], [&c], |[a, b], [c]| [a.add(c), b.mul(a)]);
            assert_eq!(a.into_iter().zip(b).collect::<Vec<_>>(), expected, "length {length}");
        }
    }

    #[test]
    fn sum_and_max_see_every_value_once() {
        for length in [0, 1, 3, 4, 7, 255, 256, 257, 1001] {
            let x = Random::new(length as u64).floats(length);
            let exact: f64 = x.iter().map(|&x| x as f64 + 2.0).sum();
            let two = F32x4::splat(2.0);
            assert!((sum([&x], -2.0, |[x]| x.add(two)) - exact).abs() <= 1e-6 * exact, "length {length}");
            assert_eq!(max(&x), x.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        }
    }

    #[test]
    fn a_long_sum_does_not_lose_small_terms() {
        let x = vec![0.1; 4_000_003];
        assert!((sum([&x], 0.0, |[x]| x) / (x.len() as f64 * 0.1f32 as f64) - 1.0).abs() < 2e-6);
    }
}
