//! Dropout; its gradient is the same call on the gradient. `y` may be `x`.

use crate::slices::write_copy;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn dropout(n: usize, seed: u32, p: f32, x: usize, y: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { unrolled_kernels::dropout::dropout_in_place(seed, p, write_copy(x, y, n)) }
}
