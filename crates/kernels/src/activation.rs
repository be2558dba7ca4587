//! Pointwise functions over slices, in place; a backward kernel turns the gradient of the result into the gradient of the argument.

use crate::float;
use crate::lanes::{apply, map, update};
use crate::math;
use crate::simd::F32x4;
use core::f32::consts::FRAC_1_SQRT_2;

/// 1/√(2π), the standard normal density at 0.
const DENSITY_AT_0: f32 = 0.398_942_28;
/// 2·√(2/π) and the cubic's factor of the tanh approximation (Hendrycks and Gimpel 2016).
const TWICE_SQRT_2_OVER_PI: f32 = 1.595_769_1;
const CUBIC: f32 = 0.044_715;

/// `x ← e^x`.
pub fn exp(x: &mut [f32]) {
    apply::<math::Exp>(x);
}

/// `x ← log x`.
pub fn log(x: &mut [f32]) {
    map(x, math::log);
}

/// `x ← tanh x`.
#[inline(never)] // large, and called from several places
pub fn tanh(x: &mut [f32]) {
    apply::<math::Tanh>(x);
}

/// `x ← σ(x)`.
#[inline(never)] // large, and called from several places
pub fn sigmoid(x: &mut [f32]) {
    apply::<math::Sigmoid>(x);
}

/// `Φ(x) = (1 + erf(x/√2)) / 2`, the standard normal distribution.
#[inline(always)]
fn normal_distribution(x: F32x4) -> F32x4 {
    let half = F32x4::splat(0.5);
    math::erf(x.mul(F32x4::splat(FRAC_1_SQRT_2))).madd(half, half)
}

/// `x ← x·Φ(x)`.
pub fn gelu(x: &mut [f32]) {
    map(x, |x| x.mul(normal_distribution(x)));
}

/// `dy ← dy·(Φ(x) + x·φ(x))`, φ the standard normal density.
pub fn gelu_backward(x: &[f32], dy: &mut [f32]) {
    update([dy], [x], |[dy], [x]| {
        let density = math::exp(x.mul(x).mul(F32x4::splat(-0.5))).mul(F32x4::splat(DENSITY_AT_0));
        [dy.mul(x.madd(density, normal_distribution(x)))]
    });
}

/// `2·√(2/π)·(x + 0.044715·x³)`: PyTorch's `(1 + tanh z)/2` is `σ(2z)`, which does not cancel where it is small.
#[inline(always)]
fn twice_cubic(x: F32x4) -> F32x4 {
    x.mul(x.mul(x).madd(F32x4::splat(CUBIC), F32x4::splat(1.0))).mul(F32x4::splat(TWICE_SQRT_2_OVER_PI))
}

/// `x ← x·σ(u)` with `u = 2·√(2/π)·(x + 0.044715·x³)`: PyTorch's `approximate="tanh"`.
pub fn gelu_tanh(x: &mut [f32]) {
    map(x, |x| x.mul(math::sigmoid(twice_cubic(x))));
}

/// `dy ← dy·(σ(u) + x·σ(u)·σ(−u)·u')`, `u' = 2·√(2/π)·(1 + 3·0.044715·x²)`.
pub fn gelu_tanh_backward(x: &[f32], dy: &mut [f32]) {
    let one = F32x4::splat(1.0);
    update([dy], [x], |[dy], [x]| {
        let u = twice_cubic(x);
        let slope = x.mul(x).madd(F32x4::splat(3.0 * CUBIC), one).mul(F32x4::splat(TWICE_SQRT_2_OVER_PI));
        let through_u = x.mul(slope).mul(math::sigmoid(u.neg()));
        [dy.mul(math::sigmoid(u)).mul(through_u.add(one))]
    });
}

/// `x ← x·σ(x)`.
pub fn silu(x: &mut [f32]) {
    map(x, |x| x.mul(math::sigmoid(x)));
}

/// `dy ← dy·σ(x)·(1 + x·(1 − σ(x)))`.
pub fn silu_backward(x: &[f32], dy: &mut [f32]) {
    let one = F32x4::splat(1.0);
    update([dy], [x], |[dy], [x]| {
        let s = math::sigmoid(x);
        [dy.mul(s).mul(x.madd(one.sub(s), one))]
    });
}

/// `x ← x^exponent`, computed in f64 and rounded.
pub fn pow(x: &mut [f32], exponent: f64) {
    for x in x {
        *x = float::pow(*x as f64, exponent) as f32;
    }
}

/// `x ← x^exponents`, position by position.
pub fn pow_elementwise(x: &mut [f32], exponents: &[f32]) {
    assert_eq!(x.len(), exponents.len());
    for (x, &exponent) in x.iter_mut().zip(exponents) {
        *x = float::pow(*x as f64, exponent as f64) as f32;
    }
}
