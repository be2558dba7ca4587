//! LayerNorm (`centered`) and RMSNorm over the last dimension. `weight`, `bias`, `dw` and `db` may be 0; `dx` may be `dy`.

#![allow(clippy::too_many_arguments)] // sizes and pointers are numbers of their own at the boundary

use crate::slices::{read, read_if, write, write_copy, write_if};
use unrolled_kernels::normalize::{self as kernels, Normalization};
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn normalize(rows: usize, columns: usize, centered: bool, eps: f64, x: usize, weight: usize, bias: usize, statistics: usize, y: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let normalization = Normalization { columns, centered, weight: read_if(weight, columns) };
        let (x, y) = (read(x, rows * columns), write(y, rows * columns));
        kernels::normalize(normalization, eps, read_if(bias, columns), x, write(statistics, 2 * rows), y);
    }
}

/// `statistics` as [`normalize`] wrote it; `dw` and `db` are added to; `scratch` is `[columns]`.
#[wasm_bindgen]
pub fn normalize_backward(
    rows: usize,
    columns: usize,
    centered: bool,
    x: usize,
    weight: usize,
    statistics: usize,
    dy: usize,
    dx: usize,
    dw: usize,
    db: usize,
    scratch: usize,
) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let normalization = Normalization { columns, centered, weight: read_if(weight, columns) };
        let (dw, db) = (write_if(dw, columns), write_if(db, columns));
        let dx = write_copy(dy, dx, rows * columns);
        kernels::normalize_backward(
            normalization,
            read(x, rows * columns),
            read(statistics, 2 * rows),
            dx,
            dw,
            db,
            write(scratch, columns),
        );
    }
}
