//! exp, log, σ and tanh of four lanes, of additions, multiplications and divisions alone: no engine and no libm is asked, so the bits are the
//! same everywhere (only `madd` may be fused under relaxed SIMD). A NaN stays a NaN.
//!
//! The coefficients are minimax fits of the relative error (Remez exchange in 40-digit arithmetic), rounded to f32; those of tanh were then
//! moved by a few units in the last place and scaled together to where the largest error in f32 is least.

use crate::simd::F32x4;

/// 1.5·2²³: adding it rounds a float to an integer and leaves that integer in the low bits of the sum.
const ROUND: f32 = 12_582_912.0;
/// The same, and the exponent bias of f32 on top: shifted into the exponent, the sum is a power of two.
const ROUND_BIASED: f32 = ROUND + 127.0;
/// ln 2 in two parts (Cody and Waite); the first has 9 bits, so that its product with an exponent is exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// `c[0]·x^(N−1) + … + c[N−1]`.
#[inline(always)]
fn polynomial<const N: usize>(x: F32x4, coefficients: [f32; N]) -> F32x4 {
    let mut sum = F32x4::splat(coefficients[0]);
    for &coefficient in &coefficients[1..] {
        sum = sum.madd(x, F32x4::splat(coefficient));
    }
    sum
}

/// `(n, e^r)` with `x = n·ln 2 + r` and `|r| ≤ ln 2 / 2`; the polynomial is within 3.1e-9 of `e^r`.
#[inline(always)]
fn reduced_exp(x: F32x4) -> (F32x4, F32x4) {
    let round = F32x4::splat(ROUND);
    let n = x.madd(F32x4::splat(core::f32::consts::LOG2_E), round).sub(round);
    let r = n.madd(F32x4::splat(-LN_2_HIGH), x);
    let r = n.madd(F32x4::splat(-LN_2_LOW), r);
    let one = F32x4::splat(1.0);
    (n, polynomial(r, [1.381_446_7e-3, 8.368_781e-3, 4.166_839_3e-2, 1.666_652e-1, 5.0e-1]).madd(r, one).madd(r, one))
}

/// `2^n` for integers `n` from −126 to 127, and 0 for −127.
#[inline(always)]
fn power_of_two(n: F32x4) -> F32x4 {
    n.add(F32x4::splat(ROUND_BIASED)).shift_into_exponent()
}

/// `e^x`: infinity above 88.72, gradual underflow below −87.3, 0 below −103.97.
#[inline(always)]
pub fn exp(x: F32x4) -> F32x4 {
    // Past these bounds the result is infinity or 0 already; inside, n fits two factors of which neither overflows.
    let (n, power) = reduced_exp(x.at_most(F32x4::splat(89.0)).at_least(F32x4::splat(-104.0)));
    let round = F32x4::splat(ROUND);
    let half = n.madd(F32x4::splat(0.5), round).sub(round);
    power.mul(power_of_two(half)).mul(power_of_two(n.sub(half)))
}

/// `log x`: −∞ at 0, NaN below, exact range reduction also for denormals.
#[inline(always)]
pub fn log(x: F32x4) -> F32x4 {
    let zero = F32x4::splat(0.0);
    let below_normal = F32x4::splat(f32::MIN_POSITIVE).sub(x);
    let normal = below_normal.select_positive(x.mul(F32x4::splat(8_388_608.0)), x);
    let (exponent, mantissa) = normal.split_exponent();
    let exponent = exponent.add(below_normal.select_positive(F32x4::splat(-23.0), zero));
    // log(1 + f) = f − f²/2 + f³·P(f), the fit within 5.9e-9.
    let f = mantissa.sub(F32x4::splat(1.0));
    let square = f.mul(f);
    #[rustfmt::skip]
    let tail = polynomial(f, [
        -7.634_504e-2, 1.276_158_5e-1, -1.316_018_4e-1, 1.420_175_7e-1, -1.662_335_7e-1, 2.000_122_7e-1, -2.500_082e-1, 3.333_333_1e-1,
    ]);
    let low = exponent.madd(F32x4::splat(LN_2_LOW), tail.mul(f).mul(square));
    let low = square.madd(F32x4::splat(-0.5), low);
    let result = exponent.madd(F32x4::splat(LN_2_HIGH), f.add(low));
    // 0 − ∞ = −∞ and NaN − ∞ = NaN; only infinity exceeds the greatest finite number.
    let not_positive = x.select_negative(F32x4::splat(f32::NAN), x.sub(F32x4::splat(f32::INFINITY)));
    x.sub(F32x4::splat(f32::MAX)).select_positive(x, x.select_positive(result, not_positive))
}

/// `σ(x) = 1 / (1 + e^−x)`, in [0, 1]; 0 where it would be below 2^−126.5.
#[inline(always)]
pub fn sigmoid(x: F32x4) -> F32x4 {
    let one = F32x4::splat(1.0);
    // e^−|x| does not overflow. At the bound n is −127, for which the power of two is 0: no slow denormals.
    let (n, power) = reduced_exp(x.abs().neg().at_least(F32x4::splat(-88.0)));
    let e = power.mul(power_of_two(n));
    x.select_negative(e, one).div(one.add(e))
}

/// `tanh x`, odd, in [−1, 1]: `x·P(x²) / Q(x²)` with P and Q of degree 4 (within 2.2e-8 up to 9.02, past which the f32 nearest to tanh is 1).
#[inline(always)]
pub fn tanh(x: F32x4) -> F32x4 {
    let x = x.at_most(F32x4::splat(9.02)).at_least(F32x4::splat(-9.02));
    let square = x.mul(x);
    let numerator = polynomial(square, [1.240_747_1e-8, 1.912_974_8e-5, 3.242_199_5e-3, 1.240_596_3e-1, 9.270_158_4e-1]).mul(x);
    let denominator = polynomial(square, [7.221_688e-7, 3.048_509_3e-4, 2.399_521_5e-2, 4.330_648e-1, 9.270_158_4e-1]);
    // The quotient may round past 1, where 1 − y² would turn negative.
    numerator.div(denominator).at_most(F32x4::splat(1.0)).at_least(F32x4::splat(-1.0))
}

/// `log(1 + x)` for `|x| ≤ 1`, accurate also where `1 + x` rounds to 1.
#[inline(always)]
pub fn log1p(x: F32x4) -> F32x4 {
    let one = F32x4::splat(1.0);
    let sum = one.add(x);
    // What the sum lost by rounding, times the logarithm's slope there; the bound keeps 0/0 out at x = −1.
    let lost = x.sub(sum.sub(one));
    log(sum).add(lost.div(sum.at_least(F32x4::splat(f32::MIN_POSITIVE))))
}

/// The error function, odd, in [−1, 1]: `x·P(x²) / Q(x²)` with P and Q of degree 5 (within 2e-8 up to 3.92, past which the f32 nearest to
/// erf is 1).
#[inline(always)]
pub fn erf(x: F32x4) -> F32x4 {
    let x = x.at_most(F32x4::splat(3.92)).at_least(F32x4::splat(-3.92));
    let square = x.mul(x);
    let p = [2.053_887_6e-6, 2.843_392_7e-4, 3.742_836_2e-3, 5.267_93e-2, 1.898_794_3e-1, 1.128_379_2];
    let q = [3.810_232e-5, 1.156_931_3e-3, 1.492_4e-2, 1.138_913_5e-1, 5.016_092e-1, 1.0];
    let quotient = polynomial(square, p).mul(x).div(polynomial(square, q));
    quotient.at_most(F32x4::splat(1.0)).at_least(F32x4::splat(-1.0))
}
