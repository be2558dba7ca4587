//! CTC against the sum over all alignments.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use unrolled_kernels::loss::{ctc_loss, ctc_scratch_len, Ctc};
use unrolled_kernels::reference::activation::log_softmax;
use unrolled_kernels::reference::loss::ctc as exact;
use unrolled_kernels::testing::Random;

/// Sequences with their targets: repeated labels, one label, none, as many steps as it takes, no steps at all.
const CASES: [(usize, &[i32]); 7] = [(6, &[1, 3]), (5, &[2, 2, 1]), (6, &[3, 3, 3]), (4, &[]), (2, &[3]), (3, &[1, 2, 3]), (0, &[])];
const STEPS: usize = 6;
const CLASSES: usize = 4;

/// The labels when the class `blank` is the blank: all that are not 0, which they are written with, change places with it.
fn labels(target: &[i32], blank: usize) -> Vec<i32> {
    target.iter().map(|&label| if label as usize == blank { 0 } else { label }).collect()
}

struct Batch {
    x: Vec<f32>,
    targets: Vec<i32>,
    inputs: Vec<i32>,
    lengths: Vec<i32>,
}

/// Logarithms of probabilities for each of the cases, `[STEPS, cases, CLASSES]`.
fn batch(cases: &[(usize, &[i32])], blank: usize) -> Batch {
    let logits = Random::new(7).floats(STEPS * cases.len() * CLASSES);
    let rows = logits.chunks_exact(CLASSES).map(|row| row.iter().map(|&x| 3.0 * x as f64).collect::<Vec<_>>());
    Batch {
        x: rows.flat_map(|row| log_softmax(&row)).map(|x| x as f32).collect(),
        targets: cases.iter().flat_map(|(_, target)| labels(target, blank)).collect(),
        inputs: cases.iter().map(|&(steps, _)| steps as i32).collect(),
        lengths: cases.iter().map(|(_, target)| target.len() as i32).collect(),
    }
}

/// Losses and gradient.
fn run(batch: &Batch, blank: usize, zero_infinity: bool) -> (Vec<f32>, Vec<f32>) {
    let count = batch.inputs.len();
    let longest = batch.lengths.iter().max().map_or(0, |&longest| longest as usize);
    let ctc = Ctc { batch: count, classes: CLASSES, blank, zero_infinity };
    let mut scratch = vec![f64::NAN; ctc_scratch_len(STEPS, longest) as usize];
    let (mut losses, mut dx) = (vec![f32::NAN; count], vec![f32::NAN; batch.x.len()]);
    ctc_loss(ctc, &batch.x, &batch.targets, &batch.inputs, &batch.lengths, &mut losses, Some(&mut dx), &mut scratch);
    let mut alone = vec![f32::NAN; count];
    ctc_loss(ctc, &batch.x, &batch.targets, &batch.inputs, &batch.lengths, &mut alone, None, &mut scratch);
    assert_eq!(losses.iter().map(|x| x.to_bits()).collect::<Vec<_>>(), alone.iter().map(|x| x.to_bits()).collect::<Vec<_>>());
    (losses, dx)
}

/// The rows of one sequence's first steps.
fn rows(values: &[f32], count: usize, sequence: usize, steps: usize) -> Vec<f64> {
    (0..steps).flat_map(|t| &values[(t * count + sequence) * CLASSES..][..CLASSES]).map(|&x| x as f64).collect()
}

#[test]
fn losses_and_gradients_are_those_of_all_alignments() {
    for blank in 0..CLASSES {
        let batch = batch(&CASES, blank);
        let (losses, dx) = run(&batch, blank, false);
        for (sequence, &(steps, target)) in CASES.iter().enumerate() {
            let target: Vec<usize> = labels(target, blank).into_iter().map(|label| label as usize).collect();
            let (loss, gradient) = exact(&rows(&batch.x, CASES.len(), sequence, steps), CLASSES, blank, &target);
            assert!((losses[sequence] as f64 - loss).abs() <= 1e-6 * (1.0 + loss), "loss {sequence}: {} not {loss}", losses[sequence]);
            for (actual, expected) in rows(&dx, CASES.len(), sequence, steps).iter().zip(&gradient) {
                assert!((actual - expected).abs() <= 4e-7, "gradient {sequence}: {actual} not {expected}");
            }
            let beyond = rows(&dx, CASES.len(), sequence, STEPS).split_off(steps * CLASSES);
            assert!(beyond.iter().all(|&dx| dx == 0.0), "the gradient of sequence {sequence} must end with it");
        }
    }
}

#[test]
fn the_gradient_is_that_of_the_logits() {
    let (steps, target) = (5, [2, 1, 1]);
    let logits: Vec<f64> = Random::new(3).floats(steps * CLASSES).into_iter().map(|x| 2.0 * x as f64).collect();
    let normalized = |logits: &[f64]| logits.chunks_exact(CLASSES).flat_map(log_softmax).collect::<Vec<_>>();
    let loss = |logits: &[f64]| exact(&normalized(logits), CLASSES, 0, &target).0;
    let (_, gradient) = exact(&normalized(&logits), CLASSES, 0, &target);
    for at in 0..logits.len() {
        let moved = |by: f64| loss(&logits.iter().enumerate().map(|(k, x)| if k == at { x + by } else { *x }).collect::<Vec<_>>());
        assert!(((moved(1e-5) - moved(-1e-5)) / 2e-5 - gradient[at]).abs() < 1e-8);
    }
}

/// Too few steps: for the labels, and for the blank between two that are alike.
const UNREACHED: [(usize, &[i32]); 4] = [(2, &[1, 2, 3]), (3, &[2, 2, 1]), (0, &[1]), (6, &[1])];

#[test]
fn a_target_that_nothing_reaches_is_infinite() {
    let (losses, dx) = run(&batch(&UNREACHED, 0), 0, false);
    assert_eq!(losses[..3], [f32::INFINITY; 3]);
    assert!(losses[3].is_finite());
    for (sequence, &(steps, _)) in UNREACHED.iter().enumerate() {
        let gradient = rows(&dx, UNREACHED.len(), sequence, STEPS);
        assert!(gradient.iter().enumerate().all(|(at, dx)| dx.is_nan() == (sequence < 3 && at < steps * CLASSES)), "sequence {sequence}");
    }
}

#[test]
fn or_it_is_nothing() {
    let reached = run(&batch(&UNREACHED, 0), 0, false);
    let (losses, dx) = run(&batch(&UNREACHED, 0), 0, true);
    assert_eq!(losses, [0.0, 0.0, 0.0, reached.0[3]]);
    for sequence in 0..3 {
        assert!(rows(&dx, UNREACHED.len(), sequence, STEPS).iter().all(|&dx| dx == 0.0));
    }
    assert_eq!(rows(&dx, UNREACHED.len(), 3, STEPS), rows(&reached.1, UNREACHED.len(), 3, STEPS));
}

#[test]
fn classes_that_cannot_be_and_probabilities_beyond_any_float() {
    let mut batch = batch(&[(6, &[1, 2])], 0);
    for row in batch.x.chunks_exact_mut(CLASSES) {
        row[3] = f32::NEG_INFINITY;
    }
    let (losses, dx) = run(&batch, 0, false);
    assert!(losses[0].is_finite() && dx.iter().all(|dx| dx.is_finite()));
    // Every alignment has a probability of about e^−2700.
    for x in &mut batch.x {
        *x = if x.is_finite() { *x - 450.0 } else { *x };
    }
    let (far, far_dx) = run(&batch, 0, false);
    assert!((far[0] - losses[0] - 2700.0).abs() < 1e-3, "{} and {}", far[0], losses[0]);
    assert!(far_dx.iter().all(|dx| dx.is_finite()));
}

#[test]
fn not_a_number_stays_in_its_sequence() {
    let mut batch = batch(&CASES, 0);
    batch.x[0] = f32::NAN; // the blank of the first step of the first sequence
    let (losses, _) = run(&batch, 0, true);
    assert_eq!(losses.iter().map(|loss| loss.is_nan()).collect::<Vec<_>>(), [true, false, false, false, false, false, false]);
}
