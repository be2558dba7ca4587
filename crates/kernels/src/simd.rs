//! Four `f32` lanes: one type, three implementations of the same arithmetic.
//!
//! - `wasm32` with `simd128`: the engine's vector instructions; `madd` is a multiplication and an addition, each rounded.
//! - `wasm32` with `relaxed-simd` too: the same, but `madd` is `f32x4.relaxed_madd`, one rounding where the machine has FMA.
//! - elsewhere (native tests): an array of four lanes with the very same roundings as `simd128`, hence the same bits.
//!
//! A kernel is written once against [`F32x4`] and tested natively; the tests run again on the wasm builds.
//! No slice bounds are checked here: every load and store takes a pointer, and the caller says why it is in range.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wasm::F32x4;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod scalar;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub use scalar::F32x4;

/// Lanes of an [`F32x4`].
pub const LANES: usize = 4;

/// 2^−100. What only ever shrinks, a moving average or a gradient on its way back through time, becomes 0 below it. Else it would end among
/// the denormal numbers, where processors take up to a hundred times as long (WebAssembly cannot tell them to flush), and an average would stay
/// there: 0.9 times the least of them is rounded to itself.
pub const NEGLIGIBLE: f32 = 7.888_609e-31;

/// `a·b + c` of one lane, rounded as [`F32x4::madd`] rounds it: for tails and for scalar loops that must give a vector's bits.
#[inline(always)]
pub fn madd(a: f32, b: f32, c: f32) -> f32 {
    #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
    {
        F32x4::splat(a).madd(F32x4::splat(b), F32x4::splat(c)).first()
    }
    #[cfg(not(all(target_arch = "wasm32", target_feature = "relaxed-simd")))]
    {
        a * b + c
    }
}

/// A number that kernels use in all lanes. It is read from memory: as a constant in the code it would cost V8 three instructions each time.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
pub struct Constant([f32; LANES]);

impl Constant {
    pub const fn new(value: f32) -> Self {
        Self([value; LANES])
    }

    /// Each of some values.
    pub const fn table<const N: usize>(values: [f32; N]) -> [Self; N] {
        let mut table = [Self::new(0.0); N];
        let mut index = 0;
        while index < N {
            table[index] = Self::new(values[index]);
            index += 1;
        }
        table
    }

    #[inline(always)]
    pub fn get(&'static self) -> F32x4 {
        F32x4::load_constant(self)
    }
}

/// Operators, so that the code of a cell reads as its equations. What is rounded when is as in scalar code.
macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl core::ops::$trait for F32x4 {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self::$method(self, other)
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);
