//! Loops over whole slices in vectors of four. A tail is copied into a vector of its own, so what a value becomes never depends on where
//! in its slice it stands.

use crate::math::Pointwise;
use crate::simd::{F32x4, LANES};
use core::array::from_fn;

/// Values that are added in f32 before their sum is added in f64: bounds the rounding error of a sum, however long it is.
const BLOCK: usize = 256;

/// The four values from `start`, as far as there are, else `pad`. Compiled once: in every loop it would be half of the code.
#[inline(never)]
fn load_tail(values: &[f32], start: usize, pad: f32) -> F32x4 {
    F32x4::new(from_fn(|lane| values.get(start + lane).copied().unwrap_or(pad)))
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
    let targets: [*mut f32; M] = from_fn(|index| outputs[index].as_mut_ptr());
    let whole = length - length % LANES;
    for start in (0..whole).step_by(LANES) {
        // SAFETY: start + 4 ≤ whole ≤ the length of every slice.
        unsafe {
            let results =
                f(from_fn(|index| F32x4::load(targets[index].add(start))), from_fn(|index| F32x4::load(inputs[index].as_ptr().add(start))));
            for (target, result) in targets.iter().zip(results) {
                result.store(target.add(start));
            }
        }
    }
    if whole < length {
        let results = f(from_fn(|index| load_tail(outputs[index], whole, 0.0)), from_fn(|index| load_tail(inputs[index], whole, 0.0)));
        for (output, result) in outputs.iter_mut().zip(results) {
            output[whole..].copy_from_slice(&result.to_array()[..length - whole]);
        }
    }
}

/// `values = f(values)`.
#[inline(always)]
pub(crate) fn map(values: &mut [f32], f: impl Fn(F32x4) -> F32x4) {
    update([values], [], |[x], []| [f(x)]);
}

/// Vectors that a [`Pointwise`] function takes at once.
const GROUP: usize = 4;

/// `values = F(values)`, in groups of vectors.
#[inline(always)]
pub(crate) fn apply<F: Pointwise>(values: &mut [f32]) {
    let grouped = values.len() - values.len() % (GROUP * LANES);
    let pointer = values.as_mut_ptr();
    let mut start = 0;
    while start < grouped {
        // SAFETY: start + 16 ≤ grouped ≤ the length.
        unsafe {
            let group = pointer.add(start);
            let results = F::of::<GROUP>(from_fn(|vector| F32x4::load(group.add(vector * LANES))));
            for (vector, result) in results.iter().enumerate() {
                result.store(group.add(vector * LANES));
            }
        }
        start += GROUP * LANES;
    }
    map(&mut values[grouped..], |x| F::of([x])[0]);
}

/// `Σ f(inputs)` over all positions, in one fixed order. Past the end the inputs are `pad`, for which `f` is 0.
#[inline(always)]
pub(crate) fn sum<const N: usize>(inputs: [&[f32]; N], pad: f32, f: impl Fn([F32x4; N]) -> F32x4) -> f64 {
    let length = inputs[0].len();
    assert!(inputs.iter().all(|input| input.len() == length));
    let mut total = 0.0;
    for block in (0..length).step_by(BLOCK) {
        let end = length.min(block + BLOCK);
        let whole = end - end % LANES;
        let mut lanes = F32x4::splat(0.0);
        for start in (block..whole).step_by(LANES) {
            // SAFETY: start + 4 ≤ whole ≤ the length of every slice.
            lanes = lanes.add(f(from_fn(|index| unsafe { F32x4::load(inputs[index].as_ptr().add(start)) })));
        }
        if whole < end {
            lanes = lanes.add(f(from_fn(|index| load_tail(inputs[index], whole, pad))));
        }
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
pub(crate) fn add(y: &mut [f32], x: &[f32]) {
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
    for start in (0..values.len()).step_by(LANES) {
        let next = match values.get(start..start + LANES) {
            // SAFETY: a slice of four.
            Some(four) => unsafe { F32x4::load(four.as_ptr()) },
            None => load_tail(values, start, f32::NEG_INFINITY),
        };
        lanes = lanes.at_least(next);
    }
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
