//! Moving rows.

use crate::slices::{read, write};
use unrolled_kernels::rows as kernels;
use wasm_bindgen::prelude::wasm_bindgen;

/// `y` `[inner, outer, width]` of `x` `[outer, inner, width]`.
#[wasm_bindgen]
pub fn swap_rows(outer: usize, inner: usize, width: usize, x: usize, y: usize) {
    let len = outer * inner * width;
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::swap_rows(outer, inner, width, read(x, len), write(y, len)) }
}
