//! LayerNorm and RMSNorm against plain f64.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use unrolled_kernels::normalize::{normalize, normalize_backward, Normalization};
use unrolled_kernels::reference::normalize as exact;
use unrolled_kernels::testing::Random;

const EPS: f64 = 1e-3;
const SHAPES: [(usize, usize); 6] = [(1, 1), (3, 2), (2, 4), (5, 7), (4, 33), (2, 601)];

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&x| x as f64).collect()
}

fn assert_close(what: &str, actual: &[f32], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len());
    for (at, (&a, e)) in actual.iter().zip(expected).enumerate() {
        assert!((a as f64 - e).abs() <= 2e-6 * (1.0 + e.abs()), "{what} at {at}: {a} instead of {e}");
    }
}

struct Case {
    x: Vec<f32>,
    dy: Vec<f32>,
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// Rows around 2, so that there is a mean to take off.
fn case(rows: usize, columns: usize) -> Case {
    let mut random = Random::new((rows * 1000 + columns) as u64);
    let x = random.floats(rows * columns).into_iter().map(|x| 3.0 * x + 2.0).collect();
    Case { x, dy: random.floats(rows * columns), weight: random.floats(columns), bias: random.floats(columns) }
}

/// Forward, then backward with sums that were 0.5 before: y, dx, dw, db.
fn run(case: &Case, columns: usize, centered: bool, weighted: bool, biased: bool) -> [Vec<f32>; 4] {
    let normalization = Normalization { columns, centered, weight: weighted.then_some(&case.weight[..]) };
    let mut statistics = vec![f32::NAN; 2 * case.x.len() / columns];
    let (mut y, mut dx) = (vec![f32::NAN; case.x.len()], case.dy.clone());
    let (mut dw, mut db) = (vec![0.5; columns], vec![0.5; columns]);
    normalize(normalization, EPS, biased.then_some(&case.bias[..]), &case.x, &mut statistics, &mut y);
    let sums = (weighted.then_some(&mut dw[..]), biased.then_some(&mut db[..]));
    normalize_backward(normalization, &case.x, &statistics, &mut dx, sums.0, sums.1, &mut vec![f32::NAN; columns]);
    [y, dx, dw, db]
}

#[test]
fn results_and_gradients_equal_the_reference() {
    for (rows, columns) in SHAPES {
        let case = case(rows, columns);
        for (centered, weighted, biased) in
            [(true, true, true), (true, true, false), (true, false, false), (false, true, false), (false, false, false)]
        {
            let [y, dx, dw, db] = run(&case, columns, centered, weighted, biased);
            let weight = if weighted { wide(&case.weight) } else { vec![1.0; columns] };
            let bias = if biased { wide(&case.bias) } else { vec![0.0; columns] };
            let (mut sum_w, mut sum_b) = (vec![0.5; columns], vec![0.5; columns]);
            for row in 0..rows {
                let part = row * columns..(row + 1) * columns;
                let (x, upstream) = (wide(&case.x[part.clone()]), wide(&case.dy[part.clone()]));
                let normalized = exact::normalize(&x, centered, EPS);
                let expected: Vec<f64> = (0..columns).map(|at| normalized[at] * weight[at] + bias[at]).collect();
                assert_close("y", &y[part.clone()], &expected);
                let g: Vec<f64> = (0..columns).map(|at| upstream[at] * weight[at]).collect();
                assert_close("dx", &dx[part], &exact::normalize_backward(&x, &g, centered, EPS));
                for at in 0..columns {
                    sum_w[at] += if weighted { upstream[at] * normalized[at] } else { 0.0 };
                    sum_b[at] += if biased { upstream[at] } else { 0.0 };
                }
            }
            assert_close("dw", &dw, &sum_w);
            assert_close("db", &db, &sum_b);
        }
    }
}

#[test]
fn the_reference_is_its_own_derivative() {
    let x = wide(&case(1, 7).x);
    let g = wide(&case(1, 7).dy);
    for centered in [true, false] {
        let value = |x: &[f64]| exact::normalize(x, centered, EPS).iter().zip(&g).map(|(y, g)| y * g).sum::<f64>();
        let gradient = exact::normalize_backward(&x, &g, centered, EPS);
        for at in 0..x.len() {
            let moved = |by: f64| value(&x.iter().enumerate().map(|(k, x)| if k == at { x + by } else { *x }).collect::<Vec<_>>());
            assert!(((moved(1e-5) - moved(-1e-5)) / 2e-5 - gradient[at]).abs() < 1e-8);
        }
    }
}

#[test]
fn a_row_does_not_depend_on_its_neighbours() {
    let all = case(5, 7);
    let [y, dx, ..] = run(&all, 7, true, true, true);
    for row in 0..5 {
        let part = row * 7..(row + 1) * 7;
        let alone =
            Case { x: all.x[part.clone()].to_vec(), dy: all.dy[part.clone()].to_vec(), weight: all.weight.clone(), bias: all.bias.clone() };
        let [y1, dx1, ..] = run(&alone, 7, true, true, true);
        assert_eq!((&y1[..], &dx1[..]), (&y[part.clone()], &dx[part]));
    }
}

#[test]
fn equal_values_become_the_bias() {
    let case = Case { x: vec![3.0; 5], dy: vec![1.0; 5], weight: vec![2.0; 5], bias: vec![0.25; 5] };
    let [y, dx, ..] = run(&case, 5, true, true, true);
    assert_eq!(y, [0.25; 5]);
    assert!(dx.iter().all(|dx| dx.abs() < 1e-4));
}
