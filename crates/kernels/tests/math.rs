//! exp, log, σ and tanh against the f64 functions of Rust's std.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use unrolled_kernels::math;
use unrolled_kernels::reference::activation::erf as exact_erf;
use unrolled_kernels::simd::F32x4;

/// A step through all 2³² floats that is prime and visits every exponent with varied mantissas.
const STRIDE: usize = 997;

fn floats(stride: usize) -> impl Iterator<Item = f32> {
    (0..=u32::MAX).step_by(stride).map(f32::from_bits)
}

fn lane(f: fn(F32x4) -> F32x4, x: f32) -> f32 {
    f(F32x4::splat(x)).first()
}

/// The error of `actual` in units of the last place of the f32 nearest to `expected` (of the least denormal at the lower end).
fn ulps(actual: f32, expected: f64) -> f64 {
    let nearest = expected as f32;
    if nearest.is_infinite() || actual.is_infinite() {
        return if actual == nearest { 0.0 } else { f64::INFINITY };
    }
    let magnitude = nearest.abs().min(f32::MAX);
    let spacing = if magnitude == f32::MAX { 2f64.powi(104) } else { f32::from_bits(magnitude.to_bits() + 1) as f64 - magnitude as f64 };
    (actual as f64 - expected).abs() / spacing
}

/// The largest error over all floats of the sweep that `domain` accepts, and where it is.
fn worst(f: fn(F32x4) -> F32x4, exact: fn(f64) -> f64, domain: impl Fn(f32) -> bool) -> (f64, f32) {
    floats(STRIDE).filter(|&x| domain(x)).map(|x| (ulps(lane(f, x), exact(x as f64)), x)).fold((0.0, 0.0), |worst, next| {
        if next.0 > worst.0 || next.0.is_nan() {
            next
        } else {
            worst
        }
    })
}

fn exact_sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn assert_within(name: &str, bound: f64, (error, x): (f64, f32)) {
    println!("{name}: {error:.3} ulp at {x:e}");
    assert!(error <= bound, "{name}({x:e}) is off by {error} ulp");
}

#[test]
fn exp_is_accurate_over_its_whole_range() {
    assert_within("exp", 2.0, worst(math::exp, f64::exp, |x| !x.is_nan()));
}

#[test]
fn log_is_accurate_over_its_whole_range() {
    assert_within("log", 2.0, worst(math::log, f64::ln, |x| x > 0.0));
}

#[test]
fn sigmoid_is_accurate_down_to_its_flush_to_zero() {
    assert_within("sigmoid", 4.0, worst(math::sigmoid, exact_sigmoid, |x| x >= -87.3));
    for x in floats(STRIDE).filter(|&x| x < -87.3) {
        let y = lane(math::sigmoid, x);
        assert!((0.0..=1.3e-38).contains(&y), "sigmoid({x:e}) = {y:e}");
    }
}

#[test]
fn tanh_is_accurate_over_its_whole_range() {
    assert_within("tanh", 5.0, worst(math::tanh, f64::tanh, |x| !x.is_nan()));
}

#[test]
fn erf_is_accurate_over_its_whole_range() {
    assert_within("erf", 6.0, worst(math::erf, exact_erf, |x| !x.is_nan()));
    for x in floats(STRIDE).filter(|x| !x.is_nan()) {
        assert!(lane(math::erf, x).abs() <= 1.0, "erf({x:e}) = {:e}", lane(math::erf, x));
    }
}

#[test]
fn log1p_is_accurate_where_the_sum_rounds() {
    assert_within("log1p", 3.0, worst(math::log1p, f64::ln_1p, |x| x.abs() <= 1.0));
}

#[test]
fn special_values_are_exact() {
    let inf = f32::INFINITY;
    for (name, f, cases) in [
        (
            "exp",
            math::exp as fn(F32x4) -> F32x4,
            vec![(0.0, 1.0), (-0.0, 1.0), (inf, inf), (-inf, 0.0), (88.73, inf), (-104.0, 0.0), (f32::MAX, inf)],
        ),
        ("log", math::log, vec![(1.0, 0.0), (0.0, -inf), (-0.0, -inf), (inf, inf)]),
        ("sigmoid", math::sigmoid, vec![(0.0, 0.5), (-0.0, 0.5), (inf, 1.0), (-inf, 0.0), (f32::MIN, 0.0), (-88.0, 0.0)]),
        ("erf", math::erf, vec![(0.0, 0.0), (inf, 1.0), (-inf, -1.0), (5.0, 1.0)]),
        ("log1p", math::log1p, vec![(0.0, 0.0), (-1.0, -inf), (1e-30, 1e-30)]),
        ("tanh", math::tanh, vec![(0.0, 0.0), (inf, 1.0), (-inf, -1.0), (20.0, 1.0), (-20.0, -1.0), (1e-45, 1e-45), (1e-20, 1e-20)]),
    ] {
        for (x, expected) in cases {
            assert_eq!(lane(f, x).to_bits(), f32::to_bits(expected), "{name}({x:e}) = {:e}", lane(f, x));
        }
        assert!(lane(f, f32::NAN).is_nan(), "{name}(NaN) = {}", lane(f, f32::NAN));
    }
    for x in [-1e-45, -1.0, f32::MIN, -inf] {
        assert!(lane(math::log, x).is_nan(), "log({x:e}) = {}", lane(math::log, x));
    }
    assert_eq!(lane(math::tanh, -0.0).to_bits(), (-0.0f32).to_bits());
}

#[test]
fn results_stay_in_range_and_tanh_is_odd_to_the_bit() {
    for x in floats(STRIDE).filter(|x| !x.is_nan()) {
        let (y, s) = (lane(math::tanh, x), lane(math::sigmoid, x));
        assert!(y.abs() <= 1.0 && (0.0..=1.0).contains(&s), "tanh({x:e}) = {y:e}, sigmoid = {s:e}");
        assert!(y.is_sign_negative() == x.is_sign_negative(), "tanh({x:e}) = {y:e}");
        assert_eq!(y.to_bits(), (-lane(math::tanh, -x)).to_bits(), "tanh(±{x:e})");
    }
}

#[test]
fn every_lane_gets_its_own_value() {
    let x = [-3.0, 0.25, f32::NAN, 90.0];
    for f in [math::exp, math::log, math::log1p, math::sigmoid, math::tanh, math::erf] {
        for (y, x) in f(F32x4::new(x)).to_array().into_iter().zip(x) {
            assert!(y.to_bits() == lane(f, x).to_bits() || y.is_nan() && lane(f, x).is_nan());
        }
    }
}

/// FNV-1a over the bits of all results of a fixed sweep: scalar and simd128 builds must reproduce the constant.
#[cfg(not(target_feature = "relaxed-simd"))]
#[test]
fn bits_are_the_same_in_every_build() {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for x in floats(40_009) {
        for f in [math::exp, math::log, math::log1p, math::sigmoid, math::tanh, math::erf] {
            let y = lane(f, x);
            // Engines may differ in the payload of a NaN.
            let bits = if y.is_nan() { f32::NAN.to_bits() } else { y.to_bits() };
            hash = (hash ^ bits as u64).wrapping_mul(0x0100_0000_01b3);
        }
    }
    assert_eq!(hash, 0x56fe_b535_3cf2_1b85, "{hash:#018x}");
}
