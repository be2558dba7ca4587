//! Functions of one `f64`, by the `libm` crate: the same bits on every machine and in every engine, whatever Rust compiled them.

mod angle;

pub use angle::{cos, sin};
pub use libm::{exp, log, log1p, pow};

/// `√x`, rounded correctly. Without its standard library Rust has none, and `libm`'s is a loop over bits.
#[inline(always)]
pub fn sqrt(x: f64) -> f64 {
    #[cfg(target_arch = "wasm32")]
    {
        use core::arch::wasm32::{f64x2_extract_lane, f64x2_splat, f64x2_sqrt};
        f64x2_extract_lane::<0>(f64x2_sqrt(f64x2_splat(x)))
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        x.sqrt()
    }
}
