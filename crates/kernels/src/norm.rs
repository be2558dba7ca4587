//! What gradient clipping needs: sums for norms, accumulated in f64 in one fixed order, and changes in place.

use crate::float::pow;
use crate::lanes::map;
use crate::simd::F32x4;

/// `Σ f(x)`. Four sums side by side, because one sum would wait for each addition.
#[inline(always)]
fn sum(x: &[f32], f: impl Fn(f64) -> f64) -> f64 {
    let mut sums = [0.0; 4];
    let chunks = x.chunks_exact(4);
    for (sum, &x) in sums.iter_mut().zip(chunks.remainder()) {
        *sum = f(x as f64);
    }
    for chunk in chunks {
        for (sum, &x) in sums.iter_mut().zip(chunk) {
            *sum += f(x as f64);
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// `Σ x²`; no f32 overflows.
pub fn sum_of_squares(x: &[f32]) -> f64 {
    sum(x, |x| x * x)
}

/// `Σ |x|`.
pub fn sum_of_abs(x: &[f32]) -> f64 {
    sum(x, f64::abs)
}

/// `Σ |x|^p`.
pub fn sum_of_powers(x: &[f32], p: f64) -> f64 {
    sum(x, |x| pow(x.abs(), p))
}

/// `max |x|`, 0 of none, NaN if one is NaN.
pub fn max_abs(x: &[f32]) -> f64 {
    x.iter().fold(0.0, |max: f32, &x| if x.abs() <= max || max.is_nan() { max } else { x.abs() }) as f64
}

/// `x ← x·factor`.
pub fn scale(x: &mut [f32], factor: f32) {
    let factor = F32x4::splat(factor);
    map(x, |x| x.mul(factor));
}

/// `x ← min(max(x, low), high)`; NaN stays.
pub fn clamp(x: &mut [f32], low: f32, high: f32) {
    let (low, high) = (F32x4::splat(low), F32x4::splat(high));
    map(x, |x| x.at_least(low).at_most(high));
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::testing::Random;

    #[test]
    fn sums_equal_plain_ones_at_every_length() {
        for length in 0..11 {
            let x = Random::new(length as u64).floats(length);
            let plain = |f: fn(f64) -> f64| x.iter().map(|&x| f(x as f64)).sum::<f64>();
            for (fast, plain) in [
                (sum_of_squares(&x), plain(|x| x * x)),
                (sum_of_abs(&x), plain(f64::abs)),
                (sum_of_powers(&x, 3.0), plain(|x| x.abs().powi(3))),
                (max_abs(&x), x.iter().fold(0.0, |max, &x| f64::max(max, x.abs() as f64))),
            ] {
                assert!((fast - plain).abs() <= 1e-14 * plain, "{fast} instead of {plain}, length {length}");
            }
        }
    }

    #[test]
    fn large_and_missing_values_do_not_hide() {
        assert_eq!(sum_of_squares(&[f32::MAX, f32::MAX]), 2.0 * (f32::MAX as f64).powi(2));
        for at in 0..6 {
            let mut x = [1.0; 6];
            x[at] = f32::NAN;
            assert!(max_abs(&x).is_nan() && sum_of_squares(&x).is_nan() && sum_of_abs(&x).is_nan());
            x[at] = f32::NEG_INFINITY;
            assert_eq!((max_abs(&x), sum_of_abs(&x)), (f64::INFINITY, f64::INFINITY));
        }
    }

    #[test]
    fn scale_and_clamp_change_every_value() {
        let mut x = [-3.0, -0.5, 0.0, 0.25, 7.0, f32::NAN, f32::INFINITY];
        clamp(&mut x, -1.0, 0.2);
        assert_eq!(x[..5], [-1.0, -0.5, 0.0, 0.2, 0.2]);
        assert!(x[5].is_nan() && x[6] == 0.2);
        scale(&mut x[..5], -2.0);
        assert_eq!(x[..5], [2.0, 1.0, 0.0, -0.4, -0.4]);
    }
}
