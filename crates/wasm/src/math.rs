//! Pointwise functions: `y` may be `x`. A gradient `dx` may be `dy`, but not `x`.

use crate::slices::{read, write_copy};
use unrolled_kernels::activation as kernels;
use unrolled_kernels::float;
use wasm_bindgen::prelude::wasm_bindgen;

/// `y = f(x)` of `n` values.
macro_rules! unary {
    ($($name:ident)*) => {$(
        #[wasm_bindgen]
        pub fn $name(n: usize, x: usize, y: usize) {
            // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
            unsafe { kernels::$name(write_copy(x, y, n)) }
        }
    )*};
}

/// `dx = dy·f'(x)` of `n` values.
macro_rules! unary_backward {
    ($($name:ident)*) => {$(
        #[wasm_bindgen]
        pub fn $name(n: usize, x: usize, dy: usize, dx: usize) {
            // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
            unsafe { kernels::$name(read(x, n), write_copy(dy, dx, n)) }
        }
    )*};
}

/// A function of numbers, by our own libm: the same bits in every engine.
macro_rules! scalar {
    ($($name:ident $function:ident)*) => {$(
        #[wasm_bindgen]
        pub fn $name(x: f64) -> f64 {
            float::$function(x)
        }
    )*};
}

unary! { exp log tanh sigmoid gelu gelu_tanh silu }
unary_backward! { gelu_backward gelu_tanh_backward silu_backward }
scalar! { exp64 exp  log64 log  log1p64 log1p  sin64 sin  cos64 cos }

#[wasm_bindgen]
pub fn pow64(x: f64, y: f64) -> f64 {
    float::pow(x, y)
}

/// `y = x^exponent`.
#[wasm_bindgen]
pub fn pow(n: usize, x: usize, exponent: f64, y: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::pow(write_copy(x, y, n), exponent) }
}

/// `y = x^e`, position by position; `y` may not be `e`.
#[wasm_bindgen]
pub fn pow_elementwise(n: usize, x: usize, e: usize, y: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::pow_elementwise(write_copy(x, y, n), read(e, n)) }
}
