//! Slice kernels against the f64 reference, at every length and position.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use unrolled_kernels::activation as fast;
use unrolled_kernels::reference::activation as exact;
use unrolled_kernels::testing::Random;

/// The largest error of `actual`, relative to `1 + |expected|`.
fn error(actual: &[f32], expected: impl Iterator<Item = f64>) -> f64 {
    actual
        .iter()
        .zip(expected)
        .map(|(&a, e)| (a as f64 - e).abs() / (1.0 + e.abs()))
        .fold(0.0, |a, b| if b.is_nan() { b } else { a.max(b) })
}

fn inputs(random: &mut Random, length: usize, scale: f32) -> Vec<f32> {
    random.floats(length).into_iter().map(|x| x * scale).collect()
}

#[test]
fn functions_equal_the_reference() {
    for (name, f, reference) in [
        ("exp", fast::exp as fn(&mut [f32]), f64::exp as fn(f64) -> f64),
        ("tanh", fast::tanh, f64::tanh),
        ("sigmoid", fast::sigmoid, exact::sigmoid),
        ("gelu", fast::gelu, exact::gelu),
        ("gelu_tanh", fast::gelu_tanh, exact::gelu_tanh),
        ("silu", fast::silu, exact::silu),
    ] {
        let x = inputs(&mut Random::new(1), 10_001, 9.0);
        let mut y = x.clone();
        f(&mut y);
        let error = error(&y, x.iter().map(|&x| reference(x as f64)));
        assert!(error < 1e-6, "{name}: {error:e}");
    }
}

#[test]
fn log_equals_the_reference() {
    let x: Vec<f32> = inputs(&mut Random::new(2), 1001, 9.0).into_iter().map(f32::abs).collect();
    let mut y = x.clone();
    fast::log(&mut y);
    assert!(error(&y, x.iter().map(|&x| (x as f64).ln())) < 2e-7);
}

#[test]
fn gradients_equal_the_reference() {
    for (name, f, slope) in [
        ("gelu", fast::gelu_backward as fn(&[f32], &mut [f32]), exact::gelu_slope as fn(f64) -> f64),
        ("gelu_tanh", fast::gelu_tanh_backward, exact::gelu_tanh_slope),
        ("silu", fast::silu_backward, exact::silu_slope),
    ] {
        let (x, dy) = (inputs(&mut Random::new(3), 10_001, 9.0), inputs(&mut Random::new(4), 10_001, 2.0));
        let mut dx = dy.clone();
        f(&x, &mut dx);
        let error = error(&dx, x.iter().zip(&dy).map(|(&x, &dy)| dy as f64 * slope(x as f64)));
        assert!(error < 1e-6, "{name}: {error:e}");
    }
}

#[test]
fn a_result_does_not_depend_on_length_or_position() {
    let x = inputs(&mut Random::new(5), 13, 4.0);
    for f in [fast::exp, fast::log, fast::tanh, fast::sigmoid, fast::gelu, fast::gelu_tanh, fast::silu] {
        for (at, &value) in x.iter().enumerate() {
            let (mut all, mut one) = (x.clone(), [value]);
            f(&mut all);
            f(&mut one);
            assert!(all[at].to_bits() == one[0].to_bits() || all[at].is_nan() && one[0].is_nan());
        }
    }
}

#[test]
fn nan_stays_nan() {
    for f in [fast::exp, fast::log, fast::tanh, fast::sigmoid, fast::gelu, fast::gelu_tanh, fast::silu] {
        let mut x = [0.5, f32::NAN, 1.0, 2.0, f32::NAN];
        f(&mut x);
        assert_eq!(x.map(f32::is_nan), [false, true, false, false, true]);
    }
}

#[test]
fn powers_are_rounded_once() {
    let mut x = [2.0, 3.0, -2.0, -8.0, 0.0, 1.1, f32::NAN];
    fast::pow(&mut x, 3.0);
    assert_eq!(x[..6], [8.0, 27.0, -8.0, -512.0, 0.0, (1.1f32 as f64).powi(3) as f32]);
    assert!(x[6].is_nan());
    let mut x = [2.0, 9.0, -1.0, f32::NAN, 0.0];
    fast::pow_elementwise(&mut x, &[-1.0, 0.5, 0.5, 0.0, -1.0]);
    assert_eq!((x[0], x[1], x[3], x[4]), (0.5, 3.0, 1.0, f32::INFINITY));
    assert!(x[2].is_nan());
}
