//! Moving rows.

/// Swaps the first two dimensions: `y[b][a] = x[a][b]`.
///
/// - `x` `[outer, inner, width]`
/// - `y` `[inner, outer, width]` out
pub fn swap_rows(outer: usize, inner: usize, width: usize, x: &[f32], y: &mut [f32]) {
    for (a, block) in x[..outer * inner * width].chunks_exact((inner * width).max(1)).enumerate() {
        for (b, row) in block.chunks_exact(width).enumerate() {
            y[(b * outer + a) * width..][..width].copy_from_slice(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_row_moves_to_its_place() {
        for (outer, inner, width) in [(1, 1, 1), (3, 4, 5), (2, 7, 1), (0, 3, 2), (3, 0, 2)] {
            let x = Random::new(1).floats(outer * inner * width);
            let mut y = vec![f32::NAN; x.len()];
            swap_rows(outer, inner, width, &x, &mut y);
            for index in 0..x.len() {
                let (a, b, column) = (index / width / inner, index / width % inner, index % width);
                assert_eq!(y[(b * outer + a) * width + column], x[index]);
            }
        }
    }
}
