//! Products of matrices, and affine maps with packed weights. Lengths are as the kernels' documentation gives them.

use crate::slices::{read, read_if, write};
use unrolled_kernels::gemm::Start;
use unrolled_kernels::matmul::Operand;
use unrolled_kernels::{linear as kernels, matmul as product};
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn matmul_scratch(m: usize, n: usize, k: usize) -> f64 {
    product::matmul_scratch_len(m, n, k) as f64
}

/// `c = a·b`, or `c += a·b` if `accumulate`.
#[allow(clippy::too_many_arguments)]
#[wasm_bindgen]
pub fn matmul(
    m: usize,
    n: usize,
    k: usize,
    a: usize,
    a_transposed: bool,
    b: usize,
    b_transposed: bool,
    c: usize,
    accumulate: bool,
    scratch: usize,
) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let a = Operand { values: read(a, m * k), transposed: a_transposed };
        let b = Operand { values: read(b, k * n), transposed: b_transposed };
        let scratch = write(scratch, product::matmul_scratch_len(m, n, k) as usize);
        let output = if accumulate { Start::Target } else { Start::Zero };
        product::matmul(m, n, k, a, b, write(c, m * n), output, scratch);
    }
}

#[wasm_bindgen]
pub fn linear_packed_length(input: usize, output: usize) -> f64 {
    kernels::linear_packed_len(input, output) as f64
}

#[wasm_bindgen]
pub fn linear_scratch(rows: usize, input: usize, output: usize) -> f64 {
    kernels::linear_scratch_len(rows, input, output) as f64
}

/// Packs for forward, or for the gradient of the input if `backward`.
#[wasm_bindgen]
pub fn linear_pack(input: usize, output: usize, weight: usize, packed: usize, backward: bool) {
    let pack = if backward { kernels::linear_pack_backward } else { kernels::linear_pack };
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { pack(input, output, read(weight, output * input), write(packed, kernels::linear_packed_len(input, output) as usize)) }
}

/// `y = x·Wᵀ + b`; `bias` may be 0.
#[wasm_bindgen]
pub fn linear(rows: usize, input: usize, output: usize, x: usize, packed: usize, bias: usize, y: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let packed = read(packed, kernels::linear_packed_len(input, output) as usize);
        kernels::linear(rows, input, output, read(x, rows * input), packed, read_if(bias, output), write(y, rows * output));
    }
}

#[wasm_bindgen]
pub fn linear_backward_input(rows: usize, input: usize, output: usize, dy: usize, packed: usize, dx: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let packed = read(packed, kernels::linear_packed_len(input, output) as usize);
        kernels::linear_backward_input(rows, input, output, read(dy, rows * output), packed, write(dx, rows * input));
    }
}

#[wasm_bindgen]
pub fn linear_backward_weight(rows: usize, input: usize, output: usize, x: usize, dy: usize, dw: usize, scratch: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let scratch = write(scratch, kernels::linear_scratch_len(rows, input, output) as usize);
        let (x, dy) = (read(x, rows * input), read(dy, rows * output));
        kernels::linear_backward_weight(rows, input, output, x, dy, write(dw, output * input), scratch);
    }
}

#[wasm_bindgen]
pub fn linear_backward_bias(rows: usize, output: usize, dy: usize, db: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::linear_backward_bias(output, read(dy, rows * output), write(db, output)) }
}
