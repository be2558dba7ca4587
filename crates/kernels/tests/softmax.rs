//! Softmax and embedding against plain f64.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use unrolled_kernels::embedding::{embedding, embedding_backward, rows_reached};
use unrolled_kernels::reference::activation as exact;
use unrolled_kernels::softmax::{log_softmax, log_softmax_backward, softmax, softmax_backward};
use unrolled_kernels::testing::Random;

const SHAPES: [(usize, usize); 7] = [(1, 1), (3, 2), (2, 4), (5, 7), (4, 33), (2, 257), (1, 3001)];

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&x| x as f64).collect()
}

fn assert_close(what: &str, actual: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(actual.len(), expected.len());
    for (at, (&a, e)) in actual.iter().zip(expected).enumerate() {
        assert!((a as f64 - e).abs() <= tolerance * (1.0 + e.abs()), "{what} at {at}: {a} instead of {e}");
    }
}

fn case(rows: usize, columns: usize) -> (Vec<f32>, Vec<f32>) {
    let mut random = Random::new((rows * 1000 + columns) as u64);
    (random.floats(rows * columns).into_iter().map(|x| 6.0 * x).collect(), random.floats(rows * columns))
}

#[test]
fn softmax_and_its_gradient_equal_the_reference() {
    for (rows, columns) in SHAPES {
        let (x, dy) = case(rows, columns);
        let (mut y, mut dx) = (x.clone(), dy.clone());
        softmax(columns, &mut y);
        softmax_backward(columns, &y, &mut dx);
        for row in 0..rows {
            let part = row * columns..(row + 1) * columns;
            let expected = exact::softmax(&wide(&x[part.clone()]));
            assert_close("softmax", &y[part.clone()], &expected, 1e-6);
            assert_close("gradient", &dx[part.clone()], &exact::softmax_backward(&expected, &wide(&dy[part])), 1e-6);
        }
    }
}

#[test]
fn log_softmax_and_its_gradient_equal_the_reference() {
    for (rows, columns) in SHAPES {
        let (x, dy) = case(rows, columns);
        let (mut y, mut dx) = (x.clone(), dy.clone());
        log_softmax(columns, &mut y);
        log_softmax_backward(columns, &y, &mut dx);
        for row in 0..rows {
            let part = row * columns..(row + 1) * columns;
            let expected = exact::log_softmax(&wide(&x[part.clone()]));
            assert_close("log_softmax", &y[part.clone()], &expected, 4e-7);
            assert_close("gradient", &dx[part.clone()], &exact::log_softmax_backward(&expected, &wide(&dy[part])), 1e-6);
        }
    }
}

#[test]
fn large_logits_do_not_overflow_and_a_nan_spoils_its_row_alone() {
    let mut x = [1000.0, 999.0, -1000.0, 0.0, f32::NAN, 0.0, 1.0, f32::NEG_INFINITY, 1.0];
    softmax(3, &mut x);
    assert_close("large", &x[..3], &exact::softmax(&[1.0, 0.0, -1999.0]), 1e-6);
    assert!(x[3..6].iter().all(|x| x.is_nan()));
    assert_eq!(x[6..], [0.5, 0.0, 0.5]);
}

#[test]
fn a_row_does_not_depend_on_its_neighbours() {
    let (x, _) = case(5, 7);
    let mut all = x.clone();
    softmax(7, &mut all);
    for row in 0..5 {
        let mut alone = x[row * 7..][..7].to_vec();
        softmax(7, &mut alone);
        assert_eq!(alone, all[row * 7..][..7]);
    }
}

#[test]
fn embedding_takes_rows_and_its_gradient_adds_to_them() {
    let (width, indices) = (5, [3, 0, 3, 1, 3]);
    let (table, dy) = (Random::new(1).floats(6 * width), Random::new(2).floats(indices.len() * width));
    assert_eq!(rows_reached(&indices), 4);
    let mut y = vec![0.0; dy.len()];
    embedding(width, &table[..4 * width], &indices, &mut y);
    for (row, &index) in indices.iter().enumerate() {
        assert_eq!(y[row * width..][..width], table[index as usize * width..][..width]);
    }

    for padding in [-1, 0, 3] {
        let (mut dtable, mut expected) = (vec![0.5; 6 * width], vec![0.5f32; 6 * width]);
        embedding_backward(width, &indices, &dy, padding, &mut dtable);
        for (row, &index) in indices.iter().enumerate().filter(|(_, &index)| index != padding) {
            for column in 0..width {
                expected[index as usize * width + column] += dy[row * width + column];
            }
        }
        assert_eq!(dtable, expected, "padding {padding}");
    }
}
