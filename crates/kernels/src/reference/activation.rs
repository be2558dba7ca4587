//! Pointwise functions and their derivatives, and softmax.

use core::f64::consts::{FRAC_1_SQRT_2, PI};

/// The error function: `2/√π·e^(−x²)·Σ 2^n·x^(2n+1) / (2n+1)!!` (Abramowitz and Stegun 7.1.6), whose terms all have one sign.
pub fn erf(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum, mut order) = (x, x, 1.0);
    while term.abs() > 1e-17 * sum.abs() {
        order += 2.0;
        term *= 2.0 * x * x / order;
        sum += term;
    }
    sum * (-x * x).exp() * 2.0 / PI.sqrt()
}

pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

pub fn gelu(x: f64) -> f64 {
    0.5 * x * (1.0 + erf(x * FRAC_1_SQRT_2))
}

pub fn gelu_slope(x: f64) -> f64 {
    0.5 * (1.0 + erf(x * FRAC_1_SQRT_2)) + x * (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

pub fn gelu_tanh(x: f64) -> f64 {
    0.5 * x * (1.0 + ((2.0 / PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh())
}

pub fn gelu_tanh_slope(x: f64) -> f64 {
    let inner = (2.0 / PI).sqrt() * (x + 0.044715 * x.powi(3));
    let inner_slope = (2.0 / PI).sqrt() * (1.0 + 3.0 * 0.044715 * x * x);
    0.5 * (1.0 + inner.tanh()) + 0.5 * x * inner_slope / inner.cosh().powi(2)
}

pub fn silu(x: f64) -> f64 {
    x * sigmoid(x)
}

pub fn silu_slope(x: f64) -> f64 {
    sigmoid(x) + x * sigmoid(x) * (1.0 - sigmoid(x))
}

pub fn softmax(x: &[f64]) -> Vec<f64> {
    let sum: f64 = x.iter().map(|x| x.exp()).sum();
    x.iter().map(|x| x.exp() / sum).collect()
}

/// `dx_i = Σ_j dy_j·y_j·([i = j] − y_i)`.
pub fn softmax_backward(y: &[f64], dy: &[f64]) -> Vec<f64> {
    let slope = |from: usize, to: usize| y[to] * (f64::from(from == to) - y[from]);
    (0..y.len()).map(|from| (0..y.len()).map(|to| dy[to] * slope(from, to)).sum()).collect()
}

pub fn log_softmax(x: &[f64]) -> Vec<f64> {
    softmax(x).into_iter().map(f64::ln).collect()
}

/// `dx_i = Σ_j dy_j·([i = j] − e^y_i)`.
pub fn log_softmax_backward(y: &[f64], dy: &[f64]) -> Vec<f64> {
    (0..y.len()).map(|from| (0..y.len()).map(|to| dy[to] * (f64::from(from == to) - y[from].exp())).sum()).collect()
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::reference::difference;

    #[test]
    fn erf_has_its_tabulated_values() {
        for (x, y) in
            [(0.0, 0.0), (0.1, 0.1124629160182849), (1.0, 0.8427007929497149), (2.0, 0.9953222650189527), (-3.0, -0.9999779095030014)]
        {
            assert!((erf(x) - y).abs() < 1e-13, "erf({x}) = {}", erf(x));
        }
    }

    #[test]
    fn slopes_are_the_differences() {
        for step in -40..=40 {
            let x = step as f64 / 10.0;
            for (name, f, slope) in [
                ("gelu", gelu as fn(f64) -> f64, gelu_slope as fn(f64) -> f64),
                ("gelu_tanh", gelu_tanh, gelu_tanh_slope),
                ("silu", silu, silu_slope),
            ] {
                assert!((difference(f, x) - slope(x)).abs() < 1e-8, "{name} at {x}: {} and {}", difference(f, x), slope(x));
            }
        }
    }

    #[test]
    fn softmax_gradients_are_the_differences() {
        let (x, dy) = ([0.3, -1.2, 2.0, 0.1], [0.7, -0.4, 0.2, 1.1]);
        for at in 0..x.len() {
            let along = |f: fn(&[f64]) -> Vec<f64>| {
                difference(
                    |value| {
                        let mut x = x;
                        x[at] = value;
                        f(&x).iter().zip(dy).map(|(y, dy)| y * dy).sum()
                    },
                    x[at],
                )
            };
            assert!((along(softmax) - softmax_backward(&softmax(&x), &dy)[at]).abs() < 1e-8);
            assert!((along(log_softmax) - log_softmax_backward(&log_softmax(&x), &dy)[at]).abs() < 1e-8);
        }
    }
}
