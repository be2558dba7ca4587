//! exp, log, σ and tanh of four lanes, of additions, multiplications and divisions alone: no engine and no libm is asked, so the bits are the
//! same everywhere (only `madd` may be fused under relaxed SIMD). A NaN stays a NaN.
//!
//! The coefficients are minimax fits of the relative error (Remez exchange in 40-digit arithmetic), rounded to f32; those of tanh were then
//! moved by a few units in the last place and scaled together to where the largest error in f32 is least.
//!
//! The plural functions work on a group of vectors at once: these share the coefficients, each of which is a load, and while one waits for a
//! result the others go on. In groups of two to four a value takes half to a third of the time.

use crate::simd::{Constant, F32x4};
use core::array::from_fn;

static ONE: Constant = Constant::new(1.0);
static HALF: Constant = Constant::new(0.5);
static LOG2_E: Constant = Constant::new(core::f32::consts::LOG2_E);
/// 1.5·2²³: adding it rounds a float to an integer and leaves that integer in the low bits of the sum.
static ROUND: Constant = Constant::new(12_582_912.0);
/// The same, and the exponent bias of f32 on top: shifted into the exponent, the sum is a power of two.
static ROUND_BIASED: Constant = Constant::new(12_582_912.0 + 127.0);
/// ln 2 in two parts (Cody and Waite), and their negatives; the first has 9 bits, so that its product with an exponent is exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
static LN_2_HIGH: Constant = Constant::new(LN_2[0]);
static LN_2_LOW: Constant = Constant::new(LN_2[1]);
static MINUS_LN_2_HIGH: Constant = Constant::new(-LN_2[0]);
static MINUS_LN_2_LOW: Constant = Constant::new(-LN_2[1]);

/// A function of each value, for groups of vectors of any size.
pub trait Pointwise {
    fn of<const W: usize>(x: [F32x4; W]) -> [F32x4; W];
}

/// [`exps`], [`sigmoids`] and [`tanhs`] as types.
pub struct Exp;
pub struct Sigmoid;
pub struct Tanh;

impl Pointwise for Exp {
    #[inline(always)]
    fn of<const W: usize>(x: [F32x4; W]) -> [F32x4; W] {
        exps(x)
    }
}

impl Pointwise for Sigmoid {
    #[inline(always)]
    fn of<const W: usize>(x: [F32x4; W]) -> [F32x4; W] {
        sigmoids(x)
    }
}

impl Pointwise for Tanh {
    #[inline(always)]
    fn of<const W: usize>(x: [F32x4; W]) -> [F32x4; W] {
        tanhs(x)
    }
}

/// `f` of each vector.
#[inline(always)]
fn each<const W: usize>(x: [F32x4; W], f: impl Fn(F32x4) -> F32x4) -> [F32x4; W] {
    from_fn(|w| f(x[w]))
}

/// `f` of each pair of vectors.
#[inline(always)]
fn pairs<const W: usize>(x: [F32x4; W], y: [F32x4; W], f: impl Fn(F32x4, F32x4) -> F32x4) -> [F32x4; W] {
    from_fn(|w| f(x[w], y[w]))
}

/// `c[0]·x^(N−1) + … + c[N−1]`.
#[inline(always)]
fn polynomial<const W: usize, const N: usize>(x: [F32x4; W], coefficients: &'static [Constant; N]) -> [F32x4; W] {
    let mut sums = [coefficients[0].get(); W];
    for coefficient in &coefficients[1..] {
        let coefficient = coefficient.get();
        sums = pairs(sums, x, |sum, x| sum.madd(x, coefficient));
    }
    sums
}

/// `e^r` for `|r| ≤ ln 2 / 2`, within 3.1e-9, but for the two last coefficients, which are 1.
static EXP: [Constant; 5] = Constant::table([1.381_446_7e-3, 8.368_781e-3, 4.166_839_3e-2, 1.666_652e-1, 5.0e-1]);

/// `(n, e^r)` with `x = n·ln 2 + r` and `|r| ≤ ln 2 / 2`.
#[inline(always)]
fn reduced_exps<const W: usize>(x: [F32x4; W]) -> ([F32x4; W], [F32x4; W]) {
    let (log2_e, round) = (LOG2_E.get(), ROUND.get());
    let n = each(x, |x| x.madd(log2_e, round).sub(round));
    let (high, low) = (MINUS_LN_2_HIGH.get(), MINUS_LN_2_LOW.get());
    let r = pairs(n, x, |n, x| n.madd(low, n.madd(high, x)));
    let one = ONE.get();
    (n, pairs(polynomial(r, &EXP), r, |sum, r| sum.madd(r, one).madd(r, one)))
}

/// `2^n` for integers `n` from −126 to 127, and 0 for −127.
#[inline(always)]
fn power_of_two(n: F32x4, round_biased: F32x4) -> F32x4 {
    n.add(round_biased).shift_into_exponent()
}

/// Past these bounds `e^x` is infinity or 0 already; inside, its exponent fits two factors of which neither overflows.
static EXP_BOUNDS: [Constant; 2] = Constant::table([-104.0, 89.0]);

/// `e^x` of each: infinity above 88.72, gradual underflow below −87.3, 0 below −103.97.
#[inline(always)]
pub fn exps<const W: usize>(x: [F32x4; W]) -> [F32x4; W] {
    let [low, high] = [EXP_BOUNDS[0].get(), EXP_BOUNDS[1].get()];
    let (n, power) = reduced_exps(each(x, |x| x.at_most(high).at_least(low)));
    let (half, round, biased) = (HALF.get(), ROUND.get(), ROUND_BIASED.get());
    pairs(n, power, |n, power| {
        let first = n.madd(half, round).sub(round);
        power.mul(power_of_two(first, biased)).mul(power_of_two(n.sub(first), biased))
    })
}

/// [`exps`] of one vector.
#[inline(always)]
pub fn exp(x: F32x4) -> F32x4 {
    exps([x])[0]
}

/// At this bound the exponent of `e^x` is −127, for which the power of two is 0: no slow denormals.
static SIGMOID_BOUND: Constant = Constant::new(-88.0);

/// `σ(x) = 1 / (1 + e^−x)` of each, in [0, 1]; 0 where it would be below 2^−126.5.
#[inline(always)]
pub fn sigmoids<const W: usize>(x: [F32x4; W]) -> [F32x4; W] {
    let bound = SIGMOID_BOUND.get();
    // e^−|x| does not overflow.
    let (n, power) = reduced_exps(each(x, |x| x.minus_abs().at_least(bound)));
    let biased = ROUND_BIASED.get();
    let e = pairs(n, power, |n, power| power.mul(power_of_two(n, biased)));
    let one = ONE.get();
    pairs(x, e, |x, e| x.select_negative(e, one).div(one.add(e)))
}

/// [`sigmoids`] of one vector.
#[inline(always)]
pub fn sigmoid(x: F32x4) -> F32x4 {
    sigmoids([x])[0]
}

static TANH_BOUNDS: [Constant; 2] = Constant::table([-9.02, 9.02]);
static TANH_P: [Constant; 5] = Constant::table([1.240_747_1e-8, 1.912_974_8e-5, 3.242_199_5e-3, 1.240_596_3e-1, 9.270_158_4e-1]);
static TANH_Q: [Constant; 5] = Constant::table([7.221_688e-7, 3.048_509_3e-4, 2.399_521_5e-2, 4.330_648e-1, 9.270_158_4e-1]);
static MINUS_ONE: Constant = Constant::new(-1.0);

/// `tanh x` of each, odd, in [−1, 1]: `x·P(x²) / Q(x²)` with P and Q of degree 4 (within 2.2e-8 up to 9.02, past which the f32 nearest to
/// tanh is 1).
#[inline(always)]
pub fn tanhs<const W: usize>(x: [F32x4; W]) -> [F32x4; W] {
    let [low, high] = [TANH_BOUNDS[0].get(), TANH_BOUNDS[1].get()];
    let x = each(x, |x| x.at_most(high).at_least(low));
    odd_quotients(x, &TANH_P, &TANH_Q)
}

/// `x·P(x²) / Q(x²)`, at most 1 and at least −1: the quotient may round past 1, where 1 − y² would turn negative.
#[inline(always)]
fn odd_quotients<const W: usize, const N: usize>(x: [F32x4; W], p: &'static [Constant; N], q: &'static [Constant; N]) -> [F32x4; W] {
    let square = each(x, |x| x.mul(x));
    let numerator = pairs(polynomial(square, p), x, |p, x| p.mul(x));
    let denominator = polynomial(square, q);
    let (one, minus_one) = (ONE.get(), MINUS_ONE.get());
    pairs(numerator, denominator, |numerator, denominator| numerator.div(denominator).at_most(one).at_least(minus_one))
}

/// [`tanhs`] of one vector.
#[inline(always)]
pub fn tanh(x: F32x4) -> F32x4 {
    tanhs([x])[0]
}

static ERF_BOUNDS: [Constant; 2] = Constant::table([-3.92, 3.92]);
static ERF_P: [Constant; 6] = Constant::table([2.053_887_6e-6, 2.843_392_7e-4, 3.742_836_2e-3, 5.267_93e-2, 1.898_794_3e-1, 1.128_379_2]);
static ERF_Q: [Constant; 6] = Constant::table([3.810_232e-5, 1.156_931_3e-3, 1.492_4e-2, 1.138_913_5e-1, 5.016_092e-1, 1.0]);

/// The error function, odd, in [−1, 1]: `x·P(x²) / Q(x²)` with P and Q of degree 5 (within 2e-8 up to 3.92, past which the f32 nearest to
/// erf is 1).
#[inline(always)]
pub fn erf(x: F32x4) -> F32x4 {
    let x = x.at_most(ERF_BOUNDS[1].get()).at_least(ERF_BOUNDS[0].get());
    odd_quotients([x], &ERF_P, &ERF_Q)[0]
}

/// log(1 + f) = f − f²/2 + f³·P(f), within 5.9e-9.
#[rustfmt::skip]
static LOG: [Constant; 8] = Constant::table([
    -7.634_504e-2, 1.276_158_5e-1, -1.316_018_4e-1, 1.420_175_7e-1, -1.662_335_7e-1, 2.000_122_7e-1, -2.500_082e-1, 3.333_333_1e-1,
]);

/// `log x`: −∞ at 0, NaN below, exact range reduction also for denormals.
#[inline(always)]
pub fn log(x: F32x4) -> F32x4 {
    let zero = F32x4::splat(0.0);
    let below_normal = F32x4::splat(f32::MIN_POSITIVE).sub(x);
    let normal = below_normal.select_positive(x.mul(F32x4::splat(8_388_608.0)), x);
    let (exponent, mantissa) = normal.split_exponent();
    let exponent = exponent.add(below_normal.select_positive(F32x4::splat(-23.0), zero));
    let f = mantissa.sub(ONE.get());
    let square = f.mul(f);
    let [tail] = polynomial([f], &LOG);
    let low = exponent.madd(LN_2_LOW.get(), tail.mul(f).mul(square));
    let low = square.madd(F32x4::splat(-0.5), low);
    let result = exponent.madd(LN_2_HIGH.get(), f.add(low));
    // 0 − ∞ = −∞ and NaN − ∞ = NaN; only infinity exceeds the greatest finite number.
    let not_positive = x.select_negative(F32x4::splat(f32::NAN), x.sub(F32x4::splat(f32::INFINITY)));
    x.sub(F32x4::splat(f32::MAX)).select_positive(x, x.select_positive(result, not_positive))
}

/// `log(1 + x)` for `|x| ≤ 1`, accurate also where `1 + x` rounds to 1.
#[inline(always)]
pub fn log1p(x: F32x4) -> F32x4 {
    let one = ONE.get();
    let sum = one.add(x);
    // What the sum lost by rounding, times the logarithm's slope there; the bound keeps 0/0 out at x = −1.
    let lost = x.sub(sum.sub(one));
    log(sum).add(lost.div(sum.at_least(F32x4::splat(f32::MIN_POSITIVE))))
}
