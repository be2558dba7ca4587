//! Softmax over the last dimension: `y` may be `x`, and `dx` may be `dy`, but not `y`.

use crate::slices::{read, write_copy};
use unrolled_kernels::softmax as kernels;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn softmax(rows: usize, columns: usize, x: usize, y: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::softmax(columns, write_copy(x, y, rows * columns)) }
}

#[wasm_bindgen]
pub fn softmax_backward(rows: usize, columns: usize, y: usize, dy: usize, dx: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::softmax_backward(columns, read(y, rows * columns), write_copy(dy, dx, rows * columns)) }
}

#[wasm_bindgen]
pub fn log_softmax(rows: usize, columns: usize, x: usize, y: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::log_softmax(columns, write_copy(x, y, rows * columns)) }
}

#[wasm_bindgen]
pub fn log_softmax_backward(rows: usize, columns: usize, y: usize, dy: usize, dx: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::log_softmax_backward(columns, read(y, rows * columns), write_copy(dy, dx, rows * columns)) }
}
