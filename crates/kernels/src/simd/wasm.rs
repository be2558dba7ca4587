//! `F32x4` on the vector instructions of WebAssembly.

use super::Constant;
use core::arch::wasm32::*;

/// The sign bits.
static SIGNS: Constant = Constant::new(-0.0);

/// Four `f32` lanes.
#[derive(Clone, Copy)]
pub struct F32x4(v128);

/// `yes` where a lane of `mask` is all ones, `no` where it is all zeros.
#[inline(always)]
fn choose(mask: v128, yes: v128, no: v128) -> v128 {
    // One instruction on x86 instead of three; for such masks every engine gives the same.
    #[cfg(target_feature = "relaxed-simd")]
    {
        i32x4_relaxed_laneselect(yes, no, mask)
    }
    #[cfg(not(target_feature = "relaxed-simd"))]
    {
        v128_bitselect(yes, no, mask)
    }
}

impl F32x4 {
    /// # Safety
    /// `source` is valid for reading four `f32`; no alignment is needed.
    #[inline(always)]
    pub unsafe fn load(source: *const f32) -> Self {
        // SAFETY: by contract.
        Self(unsafe { v128_load(source as *const v128) })
    }

    /// All lanes of one value in memory.
    ///
    /// # Safety
    /// `source` is valid for reading one `f32`.
    #[inline(always)]
    pub unsafe fn load_splat(source: *const f32) -> Self {
        // SAFETY: by contract.
        Self(unsafe { v128_load32_splat(source as *const u32) })
    }

    /// Volatile, because LLVM knows what is there, and would put it into the code.
    #[inline(always)]
    pub(super) fn load_constant(source: &'static Constant) -> Self {
        // SAFETY: four values, aligned for a vector.
        Self(unsafe { core::ptr::read_volatile(source.0.as_ptr() as *const v128) })
    }

    /// # Safety
    /// `target` is valid for writing four `f32`; no alignment is needed.
    #[inline(always)]
    pub unsafe fn store(self, target: *mut f32) {
        // SAFETY: by contract.
        unsafe { v128_store(target as *mut v128, self.0) }
    }

    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        Self(f32x4_splat(value))
    }

    #[inline(always)]
    pub fn new(lanes: [f32; 4]) -> Self {
        Self(f32x4(lanes[0], lanes[1], lanes[2], lanes[3]))
    }

    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        [f32x4_extract_lane::<0>(self.0), f32x4_extract_lane::<1>(self.0), f32x4_extract_lane::<2>(self.0), f32x4_extract_lane::<3>(self.0)]
    }

    #[inline(always)]
    pub fn first(self) -> f32 {
        f32x4_extract_lane::<0>(self.0)
    }

    #[inline(always)]
    pub fn add(self, other: Self) -> Self {
        Self(f32x4_add(self.0, other.0))
    }

    #[inline(always)]
    pub fn sub(self, other: Self) -> Self {
        Self(f32x4_sub(self.0, other.0))
    }

    #[inline(always)]
    pub fn mul(self, other: Self) -> Self {
        Self(f32x4_mul(self.0, other.0))
    }

    #[inline(always)]
    pub fn div(self, other: Self) -> Self {
        Self(f32x4_div(self.0, other.0))
    }

    #[inline(always)]
    pub fn sqrt(self) -> Self {
        Self(f32x4_sqrt(self.0))
    }

    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(f32x4_abs(self.0))
    }

    /// `−|self|`: the sign bit set.
    #[inline(always)]
    pub fn minus_abs(self) -> Self {
        Self(v128_or(self.0, SIGNS.get().0))
    }

    #[inline(always)]
    pub fn neg(self) -> Self {
        Self(f32x4_neg(self.0))
    }

    /// `self·b + c`. LLVM does not form `relaxed_madd` by itself, and `mul_add` would call libm.
    #[inline(always)]
    pub fn madd(self, b: Self, c: Self) -> Self {
        #[cfg(target_feature = "relaxed-simd")]
        {
            Self(f32x4_relaxed_madd(self.0, b.0, c.0))
        }
        #[cfg(not(target_feature = "relaxed-simd"))]
        {
            Self(f32x4_add(f32x4_mul(self.0, b.0), c.0))
        }
    }

    /// The lesser of each pair; a NaN in **`self`** stays, whatever `bound` is (`pmin` keeps its first argument unless the second is smaller).
    #[inline(always)]
    pub fn at_most(self, bound: Self) -> Self {
        // LLVM 22 turns pmin into relaxed_min where it may, and on x86 that loses the NaN.
        #[cfg(target_feature = "relaxed-simd")]
        {
            Self(choose(f32x4_lt(bound.0, self.0), bound.0, self.0))
        }
        #[cfg(not(target_feature = "relaxed-simd"))]
        {
            Self(f32x4_pmin(self.0, bound.0))
        }
    }

    /// The greater of each pair; a NaN in **`self`** stays.
    #[inline(always)]
    pub fn at_least(self, bound: Self) -> Self {
        #[cfg(target_feature = "relaxed-simd")]
        {
            Self(choose(f32x4_lt(self.0, bound.0), bound.0, self.0))
        }
        #[cfg(not(target_feature = "relaxed-simd"))]
        {
            Self(f32x4_pmax(self.0, bound.0))
        }
    }

    /// 0 where `|self| < bound`; NaN stays.
    #[inline(always)]
    pub fn zero_below(self, bound: Self) -> Self {
        Self(v128_andnot(self.0, f32x4_lt(f32x4_abs(self.0), bound.0)))
    }

    /// `positive` where `self > 0`, else `otherwise`. NaN is not greater than zero.
    #[inline(always)]
    pub fn select_positive(self, positive: Self, otherwise: Self) -> Self {
        Self(choose(f32x4_gt(self.0, f32x4_splat(0.0)), positive.0, otherwise.0))
    }

    /// `negative` where `self < 0`, else `otherwise`.
    #[inline(always)]
    pub fn select_negative(self, negative: Self, otherwise: Self) -> Self {
        Self(choose(f32x4_lt(self.0, f32x4_splat(0.0)), negative.0, otherwise.0))
    }

    /// Four vectors as the rows of a matrix, to its columns.
    #[inline(always)]
    pub fn transpose(rows: [Self; 4]) -> [Self; 4] {
        let [a, b, c, d] = rows.map(|row| row.0);
        let (ab_low, ab_high) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b));
        let (cd_low, cd_high) = (i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d));
        [
            Self(i64x2_shuffle::<0, 2>(ab_low, cd_low)),
            Self(i64x2_shuffle::<1, 3>(ab_low, cd_low)),
            Self(i64x2_shuffle::<0, 2>(ab_high, cd_high)),
            Self(i64x2_shuffle::<1, 3>(ab_high, cd_high)),
        ]
    }

    /// The lanes' bits shifted left by 23, as a float: puts an integer that was added to a magic number into the exponent.
    #[inline(always)]
    pub fn shift_into_exponent(self) -> Self {
        Self(i32x4_shl(self.0, 23))
    }

    /// `(e, m)` with `self = m·2^e` and `m` in `[√½, √2)`, for positive normal numbers; anything for others.
    #[inline(always)]
    pub fn split_exponent(self) -> (Self, Self) {
        let root = i32x4_splat(core::f32::consts::FRAC_1_SQRT_2.to_bits() as i32);
        let offset = i32x4_sub(self.0, root);
        let mantissa = i32x4_add(v128_and(offset, i32x4_splat(0x007f_ffff)), root);
        (Self(f32x4_convert_i32x4(i32x4_shr(offset, 23))), Self(mantissa))
    }
}
