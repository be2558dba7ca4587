//! The reference itself against finite differences.

mod common;

use common::{case, Case, CELLS};
use unrolled_kernels::cell::Cell;
use unrolled_kernels::testing::Random;
use unrolled_recurrent::reference::{self, Inputs, Outputs};
use unrolled_recurrent::Dims;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// `Σ y·dy + Σ hn·dhn + Σ cn·dcn`, and the states after each step times their upstream gradients
fn loss(case: &Case, inputs: &Inputs) -> f64 {
    let Outputs { y, hn, cn, h, c } = reference::forward(&case.dims, inputs);
    let (h, c, dh, dc) = (h.concat(), c.concat(), case.upstream.h.concat(), case.upstream.c.concat());
    let pairs = [(&y, &case.upstream.y), (&hn, &case.upstream.hn), (&cn, &case.upstream.cn), (&h, &dh), (&c, &dc)];
    let values = |nested: &[Vec<Vec<f64>>]| nested.iter().flatten().flatten().copied().collect::<Vec<f64>>();
    pairs.iter().flat_map(|(a, b)| values(a).into_iter().zip(values(b))).map(|(a, b)| a * b).sum()
}

/// The central difference of the loss with respect to one number.
fn slope(case: &Case, inputs: &mut Inputs, pick: &dyn Fn(&mut Inputs) -> &mut f64) -> f64 {
    const STEP: f64 = 2e-6;
    let value = *pick(inputs);
    *pick(inputs) = value + STEP;
    let above = loss(case, inputs);
    *pick(inputs) = value - STEP;
    let below = loss(case, inputs);
    *pick(inputs) = value;
    (above - below) / (2.0 * STEP)
}

fn assert_slope(case: &Case, name: &str, gradient: f64, pick: &dyn Fn(&mut Inputs) -> &mut f64) {
    let expected = slope(case, &mut case.inputs.clone(), pick);
    assert!((gradient - expected).abs() < 1e-7 * expected.abs().max(1.0), "{name}: {gradient} is not {expected}: {:?}", case.dims);
}

/// Two layers, both directions, both dropouts, lengths, states, and resets together.
fn check(cell: Cell, projection: usize, layer_norm: bool) {
    let dims = Dims { cell, input: 2, hidden: 3, projection, layers: 2, directions: 2, bias: true, layer_norm };
    let mut random = Random::new(11);
    let case = case(&mut random, dims, vec![4, 2, 1, 0], Some((0.4, vec![77]))).with_extras(&mut random);
    let gradients = reference::backward(&dims, &case.inputs, &case.upstream);
    for run in 0..dims.runs() {
        let w = &gradients.weights[run];
        (0..w.ih.len()).for_each(|at| assert_slope(&case, "W_ih", w.ih[at], &|i| &mut i.weights[run].ih[at]));
        (0..w.hh.len()).for_each(|at| assert_slope(&case, "W_hh", w.hh[at], &|i| &mut i.weights[run].hh[at]));
        (0..w.hr.len()).for_each(|at| assert_slope(&case, "W_hr", w.hr[at], &|i| &mut i.weights[run].hr[at]));
        (0..w.bias_ih.len()).for_each(|at| assert_slope(&case, "b_ih", w.bias_ih[at], &|i| &mut i.weights[run].bias_ih[at]));
        (0..w.bias_hh.len()).for_each(|at| assert_slope(&case, "b_hh", w.bias_hh[at], &|i| &mut i.weights[run].bias_hh[at]));
        (0..w.norm_ih.len()).for_each(|at| assert_slope(&case, "norm_ih", w.norm_ih[at], &|i| &mut i.weights[run].norm_ih[at]));
        (0..w.norm_hh.len()).for_each(|at| assert_slope(&case, "norm_hh", w.norm_hh[at], &|i| &mut i.weights[run].norm_hh[at]));
        (0..w.norm_c.len()).for_each(|at| assert_slope(&case, "norm_c", w.norm_c[at], &|i| &mut i.weights[run].norm_c[at]));
        (0..w.norm_c_bias.len())
            .for_each(|at| assert_slope(&case, "norm_c_bias", w.norm_c_bias[at], &|i| &mut i.weights[run].norm_c_bias[at]));
        for n in 0..case.lengths.len() {
            let (dh, dc) = (&gradients.h0[run][n], &gradients.c0[run][n]);
            (0..dh.len()).for_each(|at| assert_slope(&case, "h0", dh[at], &|i| &mut i.h0[run][n][at]));
            (0..dc.len()).for_each(|at| assert_slope(&case, "c0", dc[at], &|i| &mut i.c0[run][n][at]));
        }
    }
    for (n, length) in case.lengths.iter().enumerate() {
        for (t, at) in (0..*length).flat_map(|t| (0..dims.input).map(move |at| (t, at))) {
            assert_slope(&case, "x", gradients.x[n][t][at], &|i| &mut i.x[n][t][at]);
        }
    }
}

#[test]
fn the_reference_is_its_own_finite_difference() {
    CELLS.iter().for_each(|cell| check(*cell, 0, false));
}

#[test]
fn the_reference_with_projection_is_its_own_finite_difference() {
    check(Cell::Lstm, 2, false);
}

#[test]
fn the_reference_with_layer_norm_is_its_own_finite_difference() {
    CELLS.iter().for_each(|cell| check(*cell, 0, true));
    check(Cell::Lstm, 2, true);
}
