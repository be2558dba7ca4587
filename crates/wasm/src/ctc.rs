//! The CTC loss, its gradient in the same call: both need the same alignments.

#![allow(clippy::too_many_arguments)] // sizes and pointers are numbers of their own at the boundary

use crate::slices::{read, write, write_if};
use unrolled_kernels::loss::{self as kernels, Ctc};
use wasm_bindgen::prelude::wasm_bindgen;

/// f64 values of scratch for targets of at most `longest` labels.
#[wasm_bindgen]
pub fn ctc_scratch(steps: usize, longest: usize) -> f64 {
    kernels::ctc_scratch_len(steps, longest) as f64
}

/// Writes `losses`, `[batch]`, and the gradient `dx`, `[steps, batch, classes]`, of each of them, which may be 0.
///
/// - `x` `[steps, batch, classes]`
/// - `targets` `[labels]`, i32 and none of them `blank`, those of one sequence after the other
/// - `input_lengths`, `target_lengths` `[batch]`, i32: at most `steps`; `labels` in sum
/// - `longest` the greatest of `target_lengths`
/// - `scratch` `[ctc_scratch(steps, longest)]`
#[wasm_bindgen]
pub fn ctc_loss(
    steps: usize,
    batch: usize,
    classes: usize,
    x: usize,
    labels: usize,
    targets: usize,
    input_lengths: usize,
    target_lengths: usize,
    blank: usize,
    zero_infinity: bool,
    losses: usize,
    dx: usize,
    longest: usize,
    scratch: usize,
) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        kernels::ctc_loss(
            Ctc { batch, classes, blank, zero_infinity },
            read(x, steps * batch * classes),
            read(targets, labels),
            read(input_lengths, batch),
            read(target_lengths, batch),
            write(losses, batch),
            write_if(dx, steps * batch * classes),
            write(scratch, kernels::ctc_scratch_len(steps, longest) as usize),
        );
    }
}
