//! Losses and their gradients against the f64 reference.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use unrolled_kernels::loss::*;
use unrolled_kernels::reference::loss as exact;
use unrolled_kernels::testing::Random;

/// No multiple of the vector's width.
const COUNT: usize = 203;

fn assert_close(what: &str, actual: &[f32], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len());
    for (at, (&a, e)) in actual.iter().zip(expected).enumerate() {
        assert!((a as f64 - e).abs() <= 1e-6 * (1.0 + e.abs()), "{what} at {at}: {a} instead of {e}");
    }
}

/// Compares a pointwise loss with its reference: each loss, their sum, and the gradient for both kinds of upstream.
fn compare(
    name: &str,
    reference: impl Fn(usize) -> (f64, f64),
    forward: impl Fn(&mut [f32]) -> f64,
    backward: impl Fn(Upstream, &mut [f32]),
) {
    let expected: Vec<f64> = (0..COUNT).map(|at| reference(at).0).collect();
    let mut losses = vec![f32::NAN; COUNT];
    let sum = forward(&mut losses);
    assert_close(name, &losses, &expected);
    assert!((sum - expected.iter().sum::<f64>()).abs() < 1e-6 * COUNT as f64, "{name}: sum {sum}");

    let upstream = Random::new(77).floats(COUNT);
    let mut dx = vec![f32::NAN; COUNT];
    backward(Upstream::Each(&upstream), &mut dx);
    assert_close(name, &dx, &(0..COUNT).map(|at| upstream[at] as f64 * reference(at).1).collect::<Vec<_>>());
    backward(Upstream::Same(-0.75), &mut dx);
    assert_close(name, &dx, &(0..COUNT).map(|at| -0.75 * reference(at).1).collect::<Vec<_>>());
}

/// Numbers between −3 and 3, and between 0 and 1 (0 and 1 themselves among them).
fn logits_and_probabilities() -> (Vec<f32>, Vec<f32>) {
    let mut random = Random::new(21);
    let x = random.floats(COUNT).into_iter().map(|x| 3.0 * x).collect();
    let mut p: Vec<f32> = random.floats(COUNT).into_iter().map(f32::abs).collect();
    (p[5], p[6], p[7]) = (0.0, 1.0, 0.5);
    (x, p)
}

#[test]
fn regression_losses_equal_the_reference() {
    let (mut x, t) = logits_and_probabilities();
    x[3] = t[3];
    let at = |index: usize| (x[index] as f64, t[index] as f64);
    let pair = |f: fn(f64, f64) -> (f64, f64)| move |index| f(at(index).0, at(index).1);
    compare("mse", pair(exact::mse), |losses| mse_loss(&x, &t, losses), |up, dx| mse_loss_backward(&x, &t, up, dx));
    compare("l1", pair(exact::l1), |losses| l1_loss(&x, &t, losses), |up, dx| l1_loss_backward(&x, &t, up, dx));
    for bound in [0.25, 1.0, 0.0] {
        let smooth = |index| exact::smooth_l1(at(index).0, at(index).1, bound as f64);
        compare("smooth", smooth, |l| smooth_l1_loss(&x, &t, bound, l), |up, dx| smooth_l1_loss_backward(&x, &t, bound, up, dx));
    }
    for bound in [0.25, 1.0] {
        let huber = |index| exact::huber(at(index).0, at(index).1, bound as f64);
        compare("huber", huber, |l| huber_loss(&x, &t, bound, l), |up, dx| huber_loss_backward(&x, &t, bound, up, dx));
    }
}

#[test]
fn binary_losses_equal_the_reference() {
    let (x, t) = logits_and_probabilities();
    let mut random = Random::new(5);
    let p: Vec<f32> = random.floats(COUNT).into_iter().map(|x| 0.5 + 0.49 * x).collect();
    let (weight, positive): (Vec<f32>, Vec<f32>) = (0..COUNT).map(|_| (1.0 + random.float(), 2.0 + random.float())).unzip();
    for weight in [None, Some(&weight[..])] {
        let w = |at: usize| weight.map_or(1.0, |weight| weight[at] as f64);
        let weighed = |at, (loss, slope): (f64, f64)| (w(at) * loss, w(at) * slope);
        let bce = |at: usize| weighed(at, exact::bce(p[at] as f64, t[at] as f64));
        compare("bce", bce, |losses| bce_loss(&p, &t, weight, losses), |up, dx| bce_loss_backward(&p, &t, weight, up, dx));
        for positive in [None, Some(&positive[..])] {
            let weights = BinaryWeights { element: weight, positive };
            let factor = |at: usize| positive.map_or(1.0, |positive| positive[at] as f64);
            let logits = |at: usize| weighed(at, exact::bce_with_logits(x[at] as f64, t[at] as f64, factor(at)));
            let forward = |losses: &mut [f32]| bce_with_logits_loss(&x, &t, weights, losses);
            compare("logits", logits, forward, |up, dx| bce_with_logits_loss_backward(&x, &t, weights, up, dx));
        }
    }
}

#[test]
fn binary_losses_are_finite_at_the_ends() {
    let (x, t, mut losses, mut dx) = ([0.0, 1.0, 0.0, 1.0, 1e-6], [0.0, 1.0, 1.0, 0.0, 0.0], [0.0; 5], [0.0; 5]);
    bce_loss(&x, &t, None, &mut losses);
    assert_eq!(losses[..4], [0.0, 0.0, 100.0, 100.0]);
    assert!((losses[4] - 1e-6).abs() < 1e-12, "log(1 − x) must not round 1 − x: {}", losses[4]);
    bce_loss_backward(&x, &t, None, Upstream::Same(1.0), &mut dx);
    assert_eq!(dx[..4], [0.0, 0.0, -1e12, 1e12]);

    let (x, t, mut losses) = ([200.0, -200.0, 20.0], [1.0, 1.0, 1.0], [0.0; 3]);
    bce_with_logits_loss(&x, &t, BinaryWeights::default(), &mut losses);
    assert_eq!(losses[..2], [0.0, 200.0]);
    assert!((losses[2] as f64 / (-20f64).exp().ln_1p() - 1.0).abs() < 1e-6, "{}", losses[2]);
}

#[test]
fn divergence_equals_the_reference() {
    let (x, t) = logits_and_probabilities();
    let at = |index: usize| (x[index] as f64, t[index] as f64);
    let plain = |index| exact::kl_div(at(index).0, at(index).1);
    compare("kl", plain, |losses| kl_div_loss(&x, &t, false, losses), |up, dx| kl_div_loss_backward(&t, false, up, dx));
    let log = |index| exact::kl_div_log_target(at(index).0, at(index).1);
    compare("kl, log", log, |losses| kl_div_loss(&x, &t, true, losses), |up, dx| kl_div_loss_backward(&t, true, up, dx));
}

const ROWS: usize = 6;
const IGNORED: usize = 2;
const IGNORE: i32 = -100;

struct Case {
    x: Vec<f32>,
    targets: Vec<i32>,
    probabilities: Vec<f32>,
    weight: Vec<f32>,
    upstream: Vec<f32>,
}

fn classes_case(count: usize) -> Case {
    let mut random = Random::new(count as u64);
    let x = random.floats(ROWS * count).into_iter().map(|x| 4.0 * x).collect();
    let mut targets: Vec<i32> = (0..ROWS).map(|_| random.below(count) as i32).collect();
    targets[IGNORED] = IGNORE;
    let probabilities = random.floats(ROWS * count).into_iter().map(f32::abs).collect();
    let weight = random.floats(count).into_iter().map(|x| 1.0 + 0.9 * x).collect();
    Case { x, targets, probabilities, weight, upstream: random.floats(ROWS) }
}

/// Every combination of class weights and smoothing.
fn options(case: &Case, count: usize) -> impl Iterator<Item = Classes<'_>> {
    let weights = [None, Some(&case.weight[..])];
    let classes = move |weight, smoothing| Classes { count, weight, ignore: IGNORE, smoothing };
    weights.into_iter().flat_map(move |weight| [0.0, 0.1, 1.0].map(|smoothing| classes(weight, smoothing)))
}

/// Loss and gradient of one row by the reference.
fn expected_row(classes: Classes, x: &[f32], target: &[f64]) -> (f64, Vec<f64>) {
    let wide = |values: &[f32]| values.iter().map(|&x| x as f64).collect::<Vec<_>>();
    let weight = classes.weight.map_or(vec![1.0; classes.count], wide);
    exact::cross_entropy(&wide(x), target, &weight, classes.smoothing)
}

/// Compares losses, sum and gradients of all rows; `target` gives a row's probabilities, none if the row is ignored.
fn compare_rows(
    case: &Case,
    classes: Classes,
    target: impl Fn(usize) -> Option<Vec<f64>>,
    forward: impl Fn(&mut [f32], &mut [f32]) -> f64,
    backward: impl Fn(&[f32], Upstream, &mut [f32]),
) {
    let rows: Vec<_> = (0..ROWS)
        .map(|row| match target(row) {
            Some(target) => expected_row(classes, &case.x[row * classes.count..][..classes.count], &target),
            None => (0.0, vec![0.0; classes.count]),
        })
        .collect();
    let (mut statistics, mut losses) = (vec![f32::NAN; 2 * ROWS], vec![f32::NAN; ROWS]);
    let sum = forward(&mut statistics, &mut losses);
    assert_close("losses", &losses, &rows.iter().map(|row| row.0).collect::<Vec<_>>());
    assert!((sum - rows.iter().map(|row| row.0).sum::<f64>()).abs() < 2e-5, "sum {sum}");
    for upstream in [Upstream::Each(&case.upstream), Upstream::Same(-0.75)] {
        let dy = |row: usize| if let Upstream::Same(gradient) = upstream { gradient } else { case.upstream[row] } as f64;
        let mut dx = case.x.clone();
        backward(&statistics, upstream, &mut dx);
        let expected = rows.iter().enumerate().flat_map(|(row, (_, slope))| slope.iter().map(move |slope| slope * dy(row)));
        assert_close("gradient", &dx, &expected.collect::<Vec<_>>());
    }
}

#[test]
fn cross_entropy_of_classes_equals_the_reference() {
    for count in [1, 2, 5, 8, 67] {
        let case = classes_case(count);
        for classes in options(&case, count) {
            compare_rows(
                &case,
                classes,
                |row| (row != IGNORED).then(|| exact::one_hot(case.targets[row] as usize, count)),
                |statistics, losses| cross_entropy(classes, &case.x, &case.targets, statistics, losses),
                |statistics, upstream, x| cross_entropy_backward(classes, &case.targets, statistics, upstream, x),
            );
        }
    }
}

#[test]
fn cross_entropy_of_probabilities_equals_the_reference() {
    for count in [1, 2, 5, 8, 67] {
        let case = classes_case(count);
        for classes in options(&case, count) {
            compare_rows(
                &case,
                classes,
                |row| Some(case.probabilities[row * count..][..count].iter().map(|&t| t as f64).collect()),
                |statistics, losses| cross_entropy_probabilities(classes, &case.x, &case.probabilities, statistics, losses),
                |statistics, upstream, x| cross_entropy_probabilities_backward(classes, &case.probabilities, statistics, upstream, x),
            );
        }
    }
}

#[test]
fn negative_log_likelihood_picks_the_target() {
    let case = classes_case(5);
    for classes in options(&case, 5) {
        let weight = |class: i32| classes.weight.map_or(1.0, |weight| weight[class as usize]);
        let mut losses = vec![f32::NAN; ROWS];
        let sum = nll_loss(classes, &case.x, &case.targets, &mut losses);
        let mut dx = vec![f32::NAN; ROWS * 5];
        nll_loss_backward(classes, &case.targets, Upstream::Each(&case.upstream), &mut dx);
        let (mut expected_sum, mut expected_weight) = (0.0, 0.0);
        for (row, &target) in case.targets.iter().enumerate() {
            let mut expected = [0.0; 5];
            if target != IGNORE {
                expected[target as usize] = -case.upstream[row] * weight(target);
                expected_sum += (-weight(target) * case.x[row * 5 + target as usize]) as f64;
                expected_weight += weight(target) as f64;
            }
            assert_eq!(dx[row * 5..][..5], expected);
        }
        assert!((sum - expected_sum).abs() < 1e-12 && losses[IGNORED] == 0.0);
        assert_eq!(target_weight(classes, &case.targets), expected_weight);
    }
}

#[test]
fn nothing_counts_when_all_is_ignored() {
    let (x, targets) = ([1.0, 2.0, 3.0, 4.0], [IGNORE, IGNORE]);
    let classes = Classes { count: 2, weight: None, ignore: IGNORE, smoothing: 0.0 };
    let (mut statistics, mut losses, mut dx) = ([0.0; 4], [1.0; 2], x);
    assert_eq!(cross_entropy(classes, &x, &targets, &mut statistics, &mut losses), 0.0);
    assert_eq!(target_weight(classes, &targets), 0.0);
    cross_entropy_backward(classes, &targets, &statistics, Upstream::Same(f32::INFINITY), &mut dx);
    assert_eq!((losses, dx), ([0.0; 2], [0.0; 4]));
}

#[test]
fn far_logits_and_masked_classes_stay_exact() {
    let (x, targets) = ([1000.0, 1001.0, f32::NEG_INFINITY], [0]);
    let classes = Classes { count: 3, weight: None, ignore: IGNORE, smoothing: 0.0 };
    let (mut statistics, mut losses, mut dx) = ([0.0; 2], [0.0; 1], x);
    cross_entropy(classes, &x, &targets, &mut statistics, &mut losses);
    assert_close("loss", &losses, &[1.0f64.exp().ln_1p()]);
    cross_entropy_backward(classes, &targets, &statistics, Upstream::Same(1.0), &mut dx);
    let p = 1.0 / (1.0 + 1.0f64.exp());
    assert_close("gradient", &dx, &[p - 1.0, 1.0 - p, 0.0]);
}
