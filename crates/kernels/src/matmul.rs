//! Products of matrices that are not packed beforehand.

use crate::gemm::{
    gemm, gemm_packed, pack_left, pack_right, pack_right_transposed, pack_rows, pack_transposed, packed_left_len, packed_len, Order, Start,
};

/// Values of scratch that [`matmul`] needs.
pub fn matmul_scratch_len(m: usize, n: usize, k: usize) -> u64 {
    packed_left_len(k, m) as u64 + packed_len(k, n) as u64
}

/// One operand of a product.
#[derive(Clone, Copy)]
pub struct Operand<'a> {
    pub values: &'a [f32],
    /// Whether the transpose of what lies there is meant.
    pub transposed: bool,
}

/// `c = start + a·b`, all matrices row after row without gaps.
///
/// - `a` `[m, k]`, or `[k, m]` if transposed
/// - `b` `[k, n]`, or `[n, k]` if transposed
/// - `c` `[m, n]`
/// - `scratch` `[matmul_scratch_len]`
#[allow(clippy::too_many_arguments)]
pub fn matmul(m: usize, n: usize, k: usize, a: Operand, b: Operand, c: &mut [f32], start: Start, scratch: &mut [f32]) {
    let (left, right) = scratch.split_at_mut(packed_left_len(k, m));
    if !a.transposed {
        if b.transposed {
            pack_transposed(k, n, b.values, k, right);
        } else {
            pack_rows(k, n, b.values, n, right, k, 0);
        }
        return gemm(m, n, k, a.values, k, right, c, n, start);
    }
    match start {
        Start::Zero => c.fill(0.0),
        Start::Target => {}
        Start::Row(row) => c.chunks_exact_mut(n).for_each(|target| target.copy_from_slice(&row[..n])),
    }
    pack_left(k, m, a.values, m, Order::Ascending, left);
    if b.transposed {
        pack_right_transposed(k, n, b.values, k, right);
    } else {
        pack_right(k, n, b.values, n, Order::Ascending, right);
    }
    gemm_packed(m, n, k, left, right, c, n);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn transpose(rows: usize, columns: usize, values: &[f32]) -> Vec<f32> {
        (0..rows * columns).map(|index| values[index % rows * columns + index / rows]).collect()
    }

    #[test]
    fn all_four_transpositions_agree_with_f64() {
        let mut random = Random::new(8);
        for (m, n, k) in [(1, 1, 1), (3, 5, 2), (7, 8, 9), (12, 33, 20), (1, 40, 6), (4, 1, 30), (2, 3, 0)] {
            let (a, b, before) = (random.floats(m * k), random.floats(k * n), random.floats(m * n));
            let (a_t, b_t) = (transpose(m, k, &a), transpose(k, n, &b));
            let sum = |index: usize| (0..k).map(|p| f64::from(a[index / n * k + p]) * f64::from(b[p * n + index % n])).sum::<f64>();
            for (a, b) in [(&a, &b), (&a, &b_t), (&a_t, &b), (&a_t, &b_t)]
                .iter()
                .enumerate()
                .map(|(which, (a, b))| (Operand { values: a, transposed: which > 1 }, Operand { values: b, transposed: which % 2 == 1 }))
            {
                for start in [Start::Zero, Start::Target] {
                    let mut c = before.clone();
                    matmul(m, n, k, a, b, &mut c, start, &mut vec![f32::NAN; matmul_scratch_len(m, n, k) as usize]);
                    for (index, value) in c.iter().enumerate() {
                        let first = if start == Start::Target { f64::from(before[index]) } else { 0.0 };
                        let error = (f64::from(*value) - first - sum(index)).abs();
                        assert!(error < 1e-5, "{m} {n} {k}: {error}");
                    }
                }
            }
        }
    }
}
