//! An affine map with weights that are packed once: `y = x·Wᵀ + b`, `W` `[out, in]` as PyTorch stores it.

use crate::gemm::{gemm, gemm_packed, pack_left, pack_right, pack_rows, pack_transposed, packed_left_len, packed_len, Order, Start};

/// Rows over which the gradient of the weight is accumulated in one product.
const CHUNK: usize = 256;

/// Values of the packed weights: those that forward reads, then those that the gradient of `x` reads.
pub fn linear_packed_len(input: usize, output: usize) -> u64 {
    packed_len(input, output) as u64 + packed_len(output, input) as u64
}

/// Packs what [`linear`] reads of a weight `[out, in]`.
pub fn linear_pack(input: usize, output: usize, weight: &[f32], packed: &mut [f32]) {
    pack_transposed(input, output, weight, input, packed);
}

/// Packs what [`linear_backward_input`] reads of a weight `[out, in]`.
pub fn linear_pack_backward(input: usize, output: usize, weight: &[f32], packed: &mut [f32]) {
    pack_rows(output, input, weight, input, &mut packed[packed_len(input, output)..], output, 0);
}

/// `y = x·Wᵀ + b`.
///
/// - `x` `[rows, in]`
/// - `packed` of [`linear_pack`]
/// - `bias` `[out]`, or none
/// - `y` `[rows, out]` out
pub fn linear(rows: usize, input: usize, output: usize, x: &[f32], packed: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
    gemm(rows, output, input, x, input, packed, y, output, bias.map_or(Start::Zero, Start::Row));
}

/// `dx = dy·W`.
///
/// - `dy` `[rows, out]`
/// - `packed` of [`linear_pack_backward`]
/// - `dx` `[rows, in]` out
pub fn linear_backward_input(rows: usize, input: usize, output: usize, dy: &[f32], packed: &[f32], dx: &mut [f32]) {
    gemm(rows, input, output, dy, output, &packed[packed_len(input, output)..], dx, input, Start::Zero);
}

/// Values of scratch that [`linear_backward_weight`] needs.
pub fn linear_scratch_len(rows: usize, input: usize, output: usize) -> u64 {
    let rows = rows.min(CHUNK);
    packed_left_len(rows, output) as u64 + packed_len(rows, input) as u64
}

/// `dW += dyᵀ·x`, the rows in their order.
///
/// - `x` `[rows, in]`
/// - `dy` `[rows, out]`
/// - `dw` `[out, in]` added to
/// - `scratch` `[linear_scratch_len]`
pub fn linear_backward_weight(rows: usize, input: usize, output: usize, x: &[f32], dy: &[f32], dw: &mut [f32], scratch: &mut [f32]) {
    for start in (0..rows).step_by(CHUNK) {
        let k = (rows - start).min(CHUNK);
        let (left, right) = scratch.split_at_mut(packed_left_len(k, output));
        pack_left(k, output, &dy[start * output..], output, Order::Ascending, left);
        pack_right(k, input, &x[start * input..], input, Order::Ascending, right);
        gemm_packed(output, input, k, left, right, dw, input);
    }
}

/// `db += Σ dy` over the rows, in their order.
///
/// - `dy` `[rows, out]`
/// - `db` `[out]` added to
pub fn linear_backward_bias(output: usize, dy: &[f32], db: &mut [f32]) {
    for row in dy.chunks_exact(output) {
        db.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// `Σ left(p)·right(p)` in `f64`.
    fn sum(k: usize, left: impl Fn(usize) -> f32, right: impl Fn(usize) -> f32) -> f64 {
        (0..k).map(|p| f64::from(left(p)) * f64::from(right(p))).sum()
    }

    fn assert_close(actual: &[f32], expected: impl Fn(usize) -> f64) {
        for (index, value) in actual.iter().enumerate() {
            let expected = expected(index);
            assert!((f64::from(*value) - expected).abs() < 2e-5, "{index}: {value} is not {expected}");
        }
    }

    #[test]
    fn forward_and_all_gradients_agree_with_f64() {
        let mut random = Random::new(9);
        for (rows, input, output) in [(1, 1, 1), (1, 9, 40), (5, 3, 7), (13, 16, 24), (300, 6, 10), (0, 2, 3)] {
            let (x, dy) = (random.floats(rows * input), random.floats(rows * output));
            let (weight, bias) = (random.floats(output * input), random.floats(output));
            let mut packed = vec![f32::NAN; linear_packed_len(input, output) as usize];
            linear_pack(input, output, &weight, &mut packed);
            linear_pack_backward(input, output, &weight, &mut packed);
            let (mut y, mut dx) = (vec![f32::NAN; rows * output], vec![f32::NAN; rows * input]);
            let product = |at: usize| sum(input, |p| x[at / output * input + p], |p| weight[at % output * input + p]);
            linear(rows, input, output, &x, &packed, None, &mut y);
            assert_close(&y, product);
            linear(rows, input, output, &x, &packed, Some(&bias), &mut y);
            assert_close(&y, |at| product(at) + f64::from(bias[at % output]));
            linear_backward_input(rows, input, output, &dy, &packed, &mut dx);
            assert_close(&dx, |at| sum(output, |p| dy[at / input * output + p], |p| weight[p * input + at % input]));
            let (mut dw, mut db) = (vec![0.5; output * input], vec![0.25; output]);
            let mut scratch = vec![f32::NAN; linear_scratch_len(rows, input, output) as usize];
            linear_backward_weight(rows, input, output, &x, &dy, &mut dw, &mut scratch);
            assert_close(&dw, |at| 0.5 + sum(rows, |p| dy[p * output + at / input], |p| x[p * input + at % input]));
            linear_backward_bias(output, &dy, &mut db);
            assert_close(&db, |at| 0.25 + sum(rows, |p| dy[p * output + at], |_| 1.0));
        }
    }
}
