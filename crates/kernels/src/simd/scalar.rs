//! `F32x4` as an array: the arithmetic of `simd128`, lane by lane and rounding by rounding.

use super::Constant;

/// Four `f32` lanes.
#[derive(Clone, Copy)]
pub struct F32x4([f32; 4]);

impl F32x4 {
    #[inline(always)]
    fn map(self, f: impl Fn(f32) -> f32) -> Self {
        Self(self.0.map(f))
    }

    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self(core::array::from_fn(|lane| f(self.0[lane], other.0[lane])))
    }

    /// # Safety
    /// `source` is valid for reading four `f32`; no alignment is needed.
    #[inline(always)]
    pub unsafe fn load(source: *const f32) -> Self {
        // SAFETY: by contract.
        Self(unsafe { (source as *const [f32; 4]).read_unaligned() })
    }

    /// All lanes of one value in memory.
    ///
    /// # Safety
    /// `source` is valid for reading one `f32`.
    #[inline(always)]
    pub unsafe fn load_splat(source: *const f32) -> Self {
        // SAFETY: by contract.
        Self::splat(unsafe { source.read_unaligned() })
    }

    #[inline(always)]
    pub(super) fn load_constant(source: &'static Constant) -> Self {
        Self(source.0)
    }

    /// # Safety
    /// `target` is valid for writing four `f32`; no alignment is needed.
    #[inline(always)]
    pub unsafe fn store(self, target: *mut f32) {
        // SAFETY: by contract.
        unsafe { (target as *mut [f32; 4]).write_unaligned(self.0) }
    }

    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    #[inline(always)]
    pub fn new(lanes: [f32; 4]) -> Self {
        Self(lanes)
    }

    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        self.0
    }

    #[inline(always)]
    pub fn first(self) -> f32 {
        self.0[0]
    }

    #[inline(always)]
    pub fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    pub fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    pub fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    #[inline(always)]
    pub fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }

    #[inline(always)]
    pub fn sqrt(self) -> Self {
        self.map(f32::sqrt)
    }

    #[inline(always)]
    pub fn abs(self) -> Self {
        self.map(f32::abs)
    }

    /// `−|self|`: the sign bit set.
    #[inline(always)]
    pub fn minus_abs(self) -> Self {
        self.map(|x| -x.abs())
    }

    #[inline(always)]
    pub fn neg(self) -> Self {
        self.map(|a| -a)
    }

    /// `self·b + c`, the product rounded before the sum, as `simd128` does it.
    #[inline(always)]
    pub fn madd(self, b: Self, c: Self) -> Self {
        self.mul(b).add(c)
    }

    /// The lesser of each pair; a NaN in **`self`** stays, whatever `bound` is.
    #[inline(always)]
    pub fn at_most(self, bound: Self) -> Self {
        self.zip(bound, |a, b| if b < a { b } else { a })
    }

    /// The greater of each pair; a NaN in **`self`** stays.
    #[inline(always)]
    pub fn at_least(self, bound: Self) -> Self {
        self.zip(bound, |a, b| if a < b { b } else { a })
    }

    /// `positive` where `self > 0`, else `otherwise`. NaN is not greater than zero.
    /// 0 where `|self| < bound`; NaN stays.
    #[inline(always)]
    pub fn zero_below(self, bound: Self) -> Self {
        self.zip(bound, |x, bound| if x.abs() < bound { 0.0 } else { x })
    }

    #[inline(always)]
    pub fn select_positive(self, positive: Self, otherwise: Self) -> Self {
        Self(core::array::from_fn(|lane| if self.0[lane] > 0.0 { positive.0[lane] } else { otherwise.0[lane] }))
    }

    /// `negative` where `self < 0`, else `otherwise`.
    #[inline(always)]
    pub fn select_negative(self, negative: Self, otherwise: Self) -> Self {
        Self(core::array::from_fn(|lane| if self.0[lane] < 0.0 { negative.0[lane] } else { otherwise.0[lane] }))
    }

    /// Four vectors as the rows of a matrix, to its columns.
    #[inline(always)]
    pub fn transpose(rows: [Self; 4]) -> [Self; 4] {
        core::array::from_fn(|lane| Self(rows.map(|row| row.0[lane])))
    }

    /// The lanes' bits shifted left by 23, as a float: puts an integer that was added to a magic number into the exponent.
    #[inline(always)]
    pub fn shift_into_exponent(self) -> Self {
        self.map(|a| f32::from_bits(a.to_bits() << 23))
    }

    /// `(e, m)` with `self = m·2^e` and `m` in `[√½, √2)`, for positive normal numbers; anything for others.
    #[inline(always)]
    pub fn split_exponent(self) -> (Self, Self) {
        let root = core::f32::consts::FRAC_1_SQRT_2.to_bits() as i32;
        let offset = |a: f32| (a.to_bits() as i32).wrapping_sub(root);
        let mantissa = |a: f32| f32::from_bits((offset(a) & 0x007f_ffff).wrapping_add(root) as u32);
        (self.map(|a| (offset(a) >> 23) as f32), self.map(mantissa))
    }
}
