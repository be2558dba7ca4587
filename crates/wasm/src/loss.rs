//! Losses: a forward and a backward call each.
//!
//! A forward call writes the loss of each element (`n`), or of each row of classes (`rows`), to `losses`, and returns their sum in f64;
//! the caller picks `losses`, the sum, or the sum divided: by `n`, by `rows` for targets that are probabilities, and by `target_weight` for
//! targets that are classes (0/0 is NaN, as in PyTorch, when every target is ignored).
//!
//! A backward call takes what forward took, then `upstream`, `gradient` and `dx`, `[n]` or `[rows, classes]`, which it fills. `upstream`
//! points to one gradient for each loss; if it is 0, every loss has the gradient `gradient` (for a mean: what arrived, divided as the mean was).
//! `dx` aliases no input, but may be `x` in `cross_entropy*_backward`.
//!
//! ```text
//! mse_loss(n, x, target, losses)                                    mse_loss_backward(n, x, target, upstream, gradient, dx)
//! l1_loss(n, x, target, losses)                                     l1_loss_backward(n, x, target, upstream, gradient, dx)
//! smooth_l1_loss(n, x, target, beta, losses)                        smooth_l1_loss_backward(n, x, target, beta, upstream, gradient, dx)
//! huber_loss(n, x, target, delta, losses)                           huber_loss_backward(n, x, target, delta, upstream, gradient, dx)
//! bce_loss(n, x, target, weight, losses)                            bce_loss_backward(n, x, target, weight, upstream, gradient, dx)
//! bce_with_logits_loss(n, x, target, weight, pos_weight, losses)    bce_with_logits_loss_backward(n, x, target, weight, pos_weight, …)
//! kl_div_loss(n, x, target, log_target, losses)                     kl_div_loss_backward(n, target, log_target, upstream, gradient, dx)
//! nll_loss(rows, classes, x, targets, weight, ignore_index, losses)
//!     nll_loss_backward(rows, classes, targets, weight, ignore_index, upstream, gradient, dx)
//! cross_entropy(rows, classes, x, targets, weight, ignore_index, smoothing, statistics, losses)
//!     cross_entropy_backward(rows, classes, x, targets, weight, ignore_index, smoothing, statistics, upstream, gradient, dx)
//! cross_entropy_probabilities(rows, classes, x, targets, weight, smoothing, statistics, losses)
//!     cross_entropy_probabilities_backward(rows, classes, x, targets, weight, smoothing, statistics, upstream, gradient, dx)
//! target_weight(rows, classes, targets, weight, ignore_index)
//! ```
//!
//! `weight` and `pos_weight` may be 0. Those of the binary losses have `n` values (expanded already), those of classes `classes`.
//! `targets` of classes are i32 from 0 to `classes` − 1, or `ignore_index`; probabilities are f32 `[rows, classes]`.
//! `statistics` is `[rows, 2]`, written by forward for backward.

#![allow(clippy::too_many_arguments)] // a loss and its options are numbers of their own at the boundary

use crate::slices::{read, read_if, write, write_copy};
use unrolled_kernels::loss::{self as kernels, BinaryWeights, Classes, Upstream};
use wasm_bindgen::prelude::wasm_bindgen;

/// # Safety
/// `pointer` is 0 or valid for reading `len` values while the result lives.
unsafe fn upstream_of<'a>(pointer: usize, len: usize, gradient: f32) -> Upstream<'a> {
    // SAFETY: by contract.
    unsafe { read_if(pointer, len) }.map_or(Upstream::Same(gradient), Upstream::Each)
}

/// # Safety
/// `weight` is 0 or valid for reading `count` values while the result lives.
unsafe fn classes_of<'a>(count: usize, weight: usize, ignore: i32, smoothing: f64) -> Classes<'a> {
    // SAFETY: by contract.
    Classes { count, weight: unsafe { read_if(weight, count) }, ignore, smoothing }
}

/// The losses of a distance, with their option if they have one.
macro_rules! regression {
    ($($forward:ident $backward:ident ($($option:ident)?))*) => {$(
        #[wasm_bindgen]
        pub fn $forward(n: usize, x: usize, target: usize, $($option: f32,)? losses: usize) -> f64 {
            // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
            unsafe { kernels::$forward(read(x, n), read(target, n), $($option,)? write(losses, n)) }
        }

        #[wasm_bindgen]
        pub fn $backward(n: usize, x: usize, target: usize, $($option: f32,)? upstream: usize, gradient: f32, dx: usize) {
            // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
            unsafe { kernels::$backward(read(x, n), read(target, n), $($option,)? upstream_of(upstream, n, gradient), write(dx, n)) }
        }
    )*};
}

regression! {
    mse_loss mse_loss_backward ()
    l1_loss l1_loss_backward ()
    smooth_l1_loss smooth_l1_loss_backward (beta)
    huber_loss huber_loss_backward (delta)
}

#[wasm_bindgen]
pub fn bce_loss(n: usize, x: usize, target: usize, weight: usize, losses: usize) -> f64 {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::bce_loss(read(x, n), read(target, n), read_if(weight, n), write(losses, n)) }
}

#[wasm_bindgen]
pub fn bce_loss_backward(n: usize, x: usize, target: usize, weight: usize, upstream: usize, gradient: f32, dx: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::bce_loss_backward(read(x, n), read(target, n), read_if(weight, n), upstream_of(upstream, n, gradient), write(dx, n)) }
}

#[wasm_bindgen]
pub fn bce_with_logits_loss(n: usize, x: usize, target: usize, weight: usize, pos_weight: usize, losses: usize) -> f64 {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let weights = BinaryWeights { element: read_if(weight, n), positive: read_if(pos_weight, n) };
        kernels::bce_with_logits_loss(read(x, n), read(target, n), weights, write(losses, n))
    }
}

#[wasm_bindgen]
pub fn bce_with_logits_loss_backward(
    n: usize,
    x: usize,
    target: usize,
    weight: usize,
    pos_weight: usize,
    upstream: usize,
    gradient: f32,
    dx: usize,
) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let weights = BinaryWeights { element: read_if(weight, n), positive: read_if(pos_weight, n) };
        let upstream = upstream_of(upstream, n, gradient);
        kernels::bce_with_logits_loss_backward(read(x, n), read(target, n), weights, upstream, write(dx, n));
    }
}

#[wasm_bindgen]
pub fn kl_div_loss(n: usize, x: usize, target: usize, log_target: bool, losses: usize) -> f64 {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::kl_div_loss(read(x, n), read(target, n), log_target, write(losses, n)) }
}

#[wasm_bindgen]
pub fn kl_div_loss_backward(n: usize, target: usize, log_target: bool, upstream: usize, gradient: f32, dx: usize) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::kl_div_loss_backward(read(target, n), log_target, upstream_of(upstream, n, gradient), write(dx, n)) }
}

#[wasm_bindgen]
pub fn target_weight(rows: usize, classes: usize, targets: usize, weight: usize, ignore_index: i32) -> f64 {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::target_weight(classes_of(classes, weight, ignore_index, 0.0), read(targets, rows)) }
}

#[wasm_bindgen]
pub fn nll_loss(rows: usize, classes: usize, x: usize, targets: usize, weight: usize, ignore_index: i32, losses: usize) -> f64 {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let options = classes_of(classes, weight, ignore_index, 0.0);
        kernels::nll_loss(options, read(x, rows * classes), read(targets, rows), write(losses, rows))
    }
}

#[wasm_bindgen]
pub fn nll_loss_backward(
    rows: usize,
    classes: usize,
    targets: usize,
    weight: usize,
    ignore_index: i32,
    upstream: usize,
    gradient: f32,
    dx: usize,
) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let options = classes_of(classes, weight, ignore_index, 0.0);
        kernels::nll_loss_backward(options, read(targets, rows), upstream_of(upstream, rows, gradient), write(dx, rows * classes));
    }
}

#[wasm_bindgen]
pub fn cross_entropy(
    rows: usize,
    classes: usize,
    x: usize,
    targets: usize,
    weight: usize,
    ignore_index: i32,
    smoothing: f64,
    statistics: usize,
    losses: usize,
) -> f64 {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let options = classes_of(classes, weight, ignore_index, smoothing);
        kernels::cross_entropy(options, read(x, rows * classes), read(targets, rows), write(statistics, 2 * rows), write(losses, rows))
    }
}

#[wasm_bindgen]
pub fn cross_entropy_backward(
    rows: usize,
    classes: usize,
    x: usize,
    targets: usize,
    weight: usize,
    ignore_index: i32,
    smoothing: f64,
    statistics: usize,
    upstream: usize,
    gradient: f32,
    dx: usize,
) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let options = classes_of(classes, weight, ignore_index, smoothing);
        let (targets, statistics) = (read(targets, rows), read(statistics, 2 * rows));
        let upstream = upstream_of(upstream, rows, gradient);
        kernels::cross_entropy_backward(options, targets, statistics, upstream, write_copy(x, dx, rows * classes));
    }
}

/// Targets that are probabilities ignore no row, and their kernels do not ask.
const NONE_IGNORED: i32 = -1;

#[wasm_bindgen]
pub fn cross_entropy_probabilities(
    rows: usize,
    classes: usize,
    x: usize,
    targets: usize,
    weight: usize,
    smoothing: f64,
    statistics: usize,
    losses: usize,
) -> f64 {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let options = classes_of(classes, weight, NONE_IGNORED, smoothing);
        let (x, targets) = (read(x, rows * classes), read(targets, rows * classes));
        kernels::cross_entropy_probabilities(options, x, targets, write(statistics, 2 * rows), write(losses, rows))
    }
}

#[wasm_bindgen]
pub fn cross_entropy_probabilities_backward(
    rows: usize,
    classes: usize,
    x: usize,
    targets: usize,
    weight: usize,
    smoothing: f64,
    statistics: usize,
    upstream: usize,
    gradient: f32,
    dx: usize,
) {
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let options = classes_of(classes, weight, NONE_IGNORED, smoothing);
        let (targets, statistics) = (read(targets, rows * classes), read(statistics, 2 * rows));
        let upstream = upstream_of(upstream, rows, gradient);
        kernels::cross_entropy_probabilities_backward(options, targets, statistics, upstream, write_copy(x, dx, rows * classes));
    }
}
