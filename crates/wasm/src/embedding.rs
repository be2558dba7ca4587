//! Rows of a table. TypeScript has checked that every index is a row of it.

use crate::slices::{read, write};
use unrolled_kernels::embedding as kernels;
use wasm_bindgen::prelude::wasm_bindgen;

/// `y[n] = table[indices[n]]` for `rows` indices.
#[wasm_bindgen]
pub fn embedding(rows: usize, dim: usize, table: usize, indices: usize, y: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let indices = read(indices, rows);
        kernels::embedding(dim, read(table, kernels::rows_reached(indices) * dim), indices, write(y, rows * dim));
    }
}

/// `dtable[indices[n]] += dy[n]`, but for the row `padding_index` (−1: none).
#[wasm_bindgen]
pub fn embedding_backward(rows: usize, dim: usize, indices: usize, dy: usize, padding_index: i32, dtable: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let indices = read(indices, rows);
        let dtable = write(dtable, kernels::rows_reached(indices) * dim);
        kernels::embedding_backward(dim, indices, read(dy, rows * dim), padding_index, dtable);
    }
}
