//! Optimizer steps, in place. Buffers that an option leaves unused are 0; `step` counts from 1.

#![allow(clippy::too_many_arguments)] // hyperparameters are numbers of their own at the boundary

use crate::slices::{read, write, write_if};
use unrolled_kernels::optim as kernels;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn sgd(
    n: usize,
    param: usize,
    grad: usize,
    momentum_buffer: usize,
    lr: f64,
    momentum: f64,
    dampening: f64,
    weight_decay: f64,
    nesterov: bool,
    maximize: bool,
    first_step: bool,
) {
    let options = kernels::Sgd { lr, momentum, dampening, weight_decay, nesterov, maximize, first_step };
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::sgd(options, write(param, n), read(grad, n), write_if(momentum_buffer, n)) }
}

#[wasm_bindgen]
pub fn adam(
    n: usize,
    param: usize,
    grad: usize,
    exp_avg: usize,
    exp_avg_sq: usize,
    max_exp_avg_sq: usize,
    lr: f64,
    beta1: f64,
    beta2: f64,
    eps: f64,
    weight_decay: f64,
    decoupled: bool,
    maximize: bool,
    step: f64,
) {
    let options = kernels::Adam { lr, beta1, beta2, eps, weight_decay, decoupled, maximize, step };
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::adam(options, write(param, n), read(grad, n), write(exp_avg, n), write(exp_avg_sq, n), write_if(max_exp_avg_sq, n)) }
}

#[wasm_bindgen]
pub fn rmsprop(
    n: usize,
    param: usize,
    grad: usize,
    square_avg: usize,
    grad_avg: usize,
    momentum_buffer: usize,
    lr: f64,
    alpha: f64,
    eps: f64,
    weight_decay: f64,
    momentum: f64,
    maximize: bool,
) {
    let options = kernels::Rmsprop { lr, alpha, eps, weight_decay, momentum, maximize };
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let (grad_avg, momentum_buffer) = (write_if(grad_avg, n), write_if(momentum_buffer, n));
        kernels::rmsprop(options, write(param, n), read(grad, n), write(square_avg, n), grad_avg, momentum_buffer)
    }
}

#[wasm_bindgen]
pub fn adagrad(
    n: usize,
    param: usize,
    grad: usize,
    sum: usize,
    lr: f64,
    lr_decay: f64,
    weight_decay: f64,
    eps: f64,
    maximize: bool,
    step: f64,
) {
    let options = kernels::Adagrad { lr, lr_decay, weight_decay, eps, maximize, step };
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::adagrad(options, write(param, n), read(grad, n), write(sum, n)) }
}

#[wasm_bindgen]
pub fn adadelta(
    n: usize,
    param: usize,
    grad: usize,
    square_avg: usize,
    acc_delta: usize,
    lr: f64,
    rho: f64,
    eps: f64,
    weight_decay: f64,
    maximize: bool,
) {
    let options = kernels::Adadelta { lr, rho, eps, weight_decay, maximize };
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::adadelta(options, write(param, n), read(grad, n), write(square_avg, n), write(acc_delta, n)) }
}

#[wasm_bindgen]
pub fn adamax(
    n: usize,
    param: usize,
    grad: usize,
    exp_avg: usize,
    exp_inf: usize,
    lr: f64,
    beta1: f64,
    beta2: f64,
    eps: f64,
    weight_decay: f64,
    maximize: bool,
    step: f64,
) {
    let options = kernels::Adamax { lr, beta1, beta2, eps, weight_decay, maximize, step };
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::adamax(options, write(param, n), read(grad, n), write(exp_avg, n), write(exp_inf, n)) }
}

/// Returns the next `mu_product`, which is 1 at first.
#[wasm_bindgen]
pub fn nadam(
    n: usize,
    param: usize,
    grad: usize,
    exp_avg: usize,
    exp_avg_sq: usize,
    lr: f64,
    beta1: f64,
    beta2: f64,
    eps: f64,
    weight_decay: f64,
    momentum_decay: f64,
    decoupled: bool,
    maximize: bool,
    step: f64,
    mu_product: f64,
) -> f64 {
    let options = kernels::Nadam { lr, beta1, beta2, eps, weight_decay, momentum_decay, decoupled, maximize, step, mu_product };
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::nadam(options, write(param, n), read(grad, n), write(exp_avg, n), write(exp_avg_sq, n)) }
}

#[wasm_bindgen]
pub fn radam(
    n: usize,
    param: usize,
    grad: usize,
    exp_avg: usize,
    exp_avg_sq: usize,
    lr: f64,
    beta1: f64,
    beta2: f64,
    eps: f64,
    weight_decay: f64,
    decoupled: bool,
    maximize: bool,
    step: f64,
) {
    let options = kernels::Radam { lr, beta1, beta2, eps, weight_decay, decoupled, maximize, step };
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::radam(options, write(param, n), read(grad, n), write(exp_avg, n), write(exp_avg_sq, n)) }
}

#[wasm_bindgen]
pub fn rprop(
    n: usize,
    param: usize,
    grad: usize,
    prev: usize,
    step_size: usize,
    eta_minus: f64,
    eta_plus: f64,
    step_size_min: f64,
    step_size_max: f64,
    maximize: bool,
) {
    let options = kernels::Rprop { eta_minus, eta_plus, step_size_min, step_size_max, maximize };
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe { kernels::rprop(options, write(param, n), read(grad, n), write(prev, n), write(step_size, n)) }
}
