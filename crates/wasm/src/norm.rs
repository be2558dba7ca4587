//! Norms and what clipping changes in place.

use crate::slices::{read, write};
use unrolled_kernels::norm as kernels;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn sum_of_squares(n: usize, x: usize) -> f64 {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::sum_of_squares(read(x, n)) }
}

#[wasm_bindgen]
pub fn sum_of_abs(n: usize, x: usize) -> f64 {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::sum_of_abs(read(x, n)) }
}

#[wasm_bindgen]
pub fn sum_of_powers(n: usize, x: usize, p: f64) -> f64 {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::sum_of_powers(read(x, n), p) }
}

#[wasm_bindgen]
pub fn max_abs(n: usize, x: usize) -> f64 {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::max_abs(read(x, n)) }
}

#[wasm_bindgen]
pub fn scale(n: usize, x: usize, factor: f32) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::scale(write(x, n), factor) }
}

#[wasm_bindgen]
pub fn clamp(n: usize, x: usize, low: f32, high: f32) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::clamp(write(x, n), low, high) }
}
