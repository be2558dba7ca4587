//! Sine and cosine of angles of a few turns, bit for bit those of `libm`, which is FreeBSD's msun: random numbers are made of them, and equal
//! PyTorch's. What this leaves out is the reduction of huge angles, which takes 600 bits of 2/π and was a twentieth of the core.

use core::f64::consts::{FRAC_2_PI, FRAC_PI_2};

/// 1.5·2⁵²: adding it rounds a float to an integer.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// π/2 in three parts of 33 bits, each with what is left after it.
const HALF_PI: [[f64; 2]; 3] = [
    [1.570_796_326_734_125_614_17, 6.077_100_506_506_192_249_32e-11],
    [6.077_100_506_303_965_976_60e-11, 2.022_266_248_795_950_631_54e-21],
    [2.022_266_248_711_166_455_80e-21, 8.478_427_660_368_899_569_97e-32],
];

/// π/4, 3π/4, 5π/4, 7π/4 and 9π/4, the high halves of their bits. An angle up to the last is reduced at once, by as many quarters as are the nearest,
const BETWEEN_QUARTERS: [u32; 5] = [0x3fe9_21fb, 0x4002_d97c, 0x400f_6a7a, 0x4015_fdbc, 0x401c_463b];
/// but for those next to π/2, π, 3π/2 and 2π, of which too many bits would cancel.
const QUARTERS: [u32; 4] = [0x3ff9_21fb, 0x4009_21fb, 0x4012_d97c, 0x4019_21fb];

/// How many bits of `x` may cancel before the first, and the second part of π/2 is not enough.
const ENOUGH: [i32; 2] = [16, 49];

/// From here on not every multiple of π/2 is known well enough.
const LIMIT: f64 = 1_048_576.0 * FRAC_PI_2;

/// The angle in a quarter around 0, in two parts of which the second is what the first has lost, and how many quarters that is from `x`.
struct Reduced {
    quarters: i32,
    angle: f64,
    rest: Option<f64>,
}

fn exponent(x: f64) -> i32 {
    (x.to_bits() >> 52) as i32 & 0x7ff
}

fn reduce(x: f64) -> Reduced {
    let high = (x.to_bits() >> 32) as u32 & 0x7fff_ffff;
    let passed = BETWEEN_QUARTERS.iter().filter(|bound| high > **bound).count();
    if passed == 0 {
        return Reduced { quarters: 0, angle: x, rest: None };
    }
    let at_once = passed < BETWEEN_QUARTERS.len() && !QUARTERS.contains(&high);
    let turns = if at_once { (passed as f64).copysign(x) } else { (x * FRAC_2_PI + ROUND) - ROUND };
    let [[first, after], ..] = HALF_PI;
    let (mut large, mut small) = (x - turns * first, turns * after);
    for (part, enough) in ENOUGH.into_iter().enumerate() {
        if exponent(x) - exponent(large - small) <= enough || at_once {
            break;
        }
        let [next, after] = HALF_PI[part + 1];
        let (before, step) = (large, turns * next);
        large = before - step;
        small = turns * after - ((before - large) - step);
    }
    let angle = if x.abs() < LIMIT { large - small } else { f64::NAN };
    Reduced { quarters: turns as i32, angle, rest: Some((large - angle) - small) }
}

/// Minimax polynomials on `[−π/4, π/4]`.
const SIN: [f64; 6] = [
    -1.666_666_666_666_663_243_48e-1,
    8.333_333_333_322_489_461_24e-3,
    -1.984_126_982_985_794_931_34e-4,
    2.755_731_370_707_006_767_89e-6,
    -2.505_076_025_340_686_341_95e-8,
    1.589_690_995_211_550_102_21e-10,
];
const COS: [f64; 6] = [
    4.166_666_666_666_660_190_37e-2,
    -1.388_888_888_887_410_957_49e-3,
    2.480_158_728_947_672_941_78e-5,
    -2.755_731_435_139_066_330_35e-7,
    2.087_572_321_298_174_827_90e-9,
    -1.135_964_755_778_819_482_65e-11,
];

fn sin_of_quarter(x: f64, rest: Option<f64>) -> f64 {
    let square = x * x;
    let r = SIN[1] + square * (SIN[2] + square * SIN[3]) + square * (square * square) * (SIN[4] + square * SIN[5]);
    let cube = square * x;
    match rest {
        None => x + cube * (SIN[0] + square * r),
        Some(rest) => x - ((square * (0.5 * rest - cube * r) - rest) - cube * SIN[0]),
    }
}

fn cos_of_quarter(x: f64, rest: Option<f64>) -> f64 {
    let square = x * x;
    let fourth = square * square;
    let r = square * (COS[0] + square * (COS[1] + square * COS[2])) + fourth * fourth * (COS[3] + square * (COS[4] + square * COS[5]));
    let half = 0.5 * square;
    let w = 1.0 - half;
    w + (((1.0 - w) - half) + (square * r - x * rest.unwrap_or(0.0)))
}

/// The sine, a quarter later the cosine, and so on.
fn sin_after(x: f64, quarters: i32) -> f64 {
    let Reduced { quarters: own, angle, rest } = reduce(x);
    let quarters = own.wrapping_add(quarters);
    let value = if quarters & 1 == 0 { sin_of_quarter(angle, rest) } else { cos_of_quarter(angle, rest) };
    if quarters & 2 == 0 {
        value
    } else {
        -value
    }
}

/// `sin x` for `|x| < 2²⁰·π/2`, else NaN.
pub fn sin(x: f64) -> f64 {
    sin_after(x, 0)
}

/// `cos x` for `|x| < 2²⁰·π/2`, else NaN.
pub fn cos(x: f64) -> f64 {
    sin_after(x, 1)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::testing::Random;

    fn assert_same_bits(x: f64) {
        assert_eq!((sin(x).to_bits(), cos(x).to_bits()), (libm::sin(x).to_bits(), libm::cos(x).to_bits()), "{x}");
    }

    #[test]
    fn the_bits_are_those_of_libm() {
        let mut random = Random::new(1);
        let mut unit = || (random.bits() as f64 * 4_294_967_296.0 + random.bits() as f64) / 18_446_744_073_709_551_616.0;
        for _ in 0..200_000 {
            assert_same_bits(unit() * core::f64::consts::TAU);
            assert_same_bits((unit() - 0.5) * 2.0 * LIMIT);
            assert_same_bits(unit() * 1e-6);
        }
    }

    #[test]
    fn also_at_the_angles_of_floats_and_around_multiples_of_a_quarter() {
        for k in (0..1 << 24).step_by(37) {
            assert_same_bits((core::f32::consts::TAU * (k as f32 / 16_777_216.0)) as f64);
        }
        for eighth in (-40..40).filter(|eighth| *eighth != 0) {
            let angle = eighth as f64 * FRAC_PI_2 * 0.5;
            for step in -2000i64..2000 {
                assert_same_bits(f64::from_bits((angle.to_bits() as i64).wrapping_add(step * step * step) as u64));
            }
        }
    }

    #[test]
    fn what_is_no_angle_of_a_few_turns_is_no_number() {
        for x in [LIMIT, -LIMIT, 1e300, f64::INFINITY, f64::NAN] {
            assert!(sin(x).is_nan() && cos(x).is_nan(), "{x}");
        }
    }
}
