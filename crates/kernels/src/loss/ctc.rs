//! Connectionist temporal classification (Graves et al. 2006): the loss of a sequence of labels of which nobody knows where in time they lie.
//! It sums over all alignments, by the forward-backward algorithm, in logarithms and in f64: probabilities of paths leave the range of any float.

use crate::activation;
use crate::float::{exp, log};
use core::ops::Range;

/// What is the same for all sequences of a batch.
#[derive(Clone, Copy)]
pub struct Ctc {
    /// Sequences, `N`.
    pub batch: usize,
    /// Classes, `C`, the blank among them.
    pub classes: usize,
    /// The class that stands for no label.
    pub blank: usize,
    /// Whether a target that no alignment reaches has the loss 0 instead of ∞, and no gradient.
    pub zero_infinity: bool,
}

/// A target with blanks around its labels: the states of an alignment, `2S + 1`.
#[derive(Clone, Copy)]
struct States<'a> {
    blank: usize,
    target: &'a [i32],
}

impl States<'_> {
    fn count(&self) -> usize {
        2 * self.target.len() + 1
    }

    fn class(&self, state: usize) -> usize {
        if state % 2 == 1 {
            self.target[state / 2] as usize
        } else {
            self.blank
        }
    }

    /// Whether the state may follow the one two before it: the blank between two different labels is optional, as it is before the first label
    /// and after the last, whose neighbours stand for the beginning and the end.
    fn skips(&self, state: usize) -> bool {
        state % 2 == 1 && self.target.get(state / 2) != self.target.get((state / 2).wrapping_sub(1))
    }
}

/// States of which an alignment can be before the first one or after the last.
const ENDS: usize = 2;

/// f64 values of scratch that [`ctc_loss`] needs for targets of at most `longest` labels.
pub fn ctc_scratch_len(steps: usize, longest: usize) -> u64 {
    (2 * longest as u64 + 1 + ENDS as u64) * (steps as u64 + 2)
}

/// `−log Σ p(alignment)` over all alignments of each target, and its gradient.
///
/// ```text
/// α_t(s) = log(Σ e^α_{t−1}(r)) + x_t(s)                    over the states r that s may follow
/// β_t(r) = log(Σ e^(β_{t+1}(s) + x_{t+1}(s)))              over the states s that may follow r
/// dx_t(k) = e^x_t(k) − Σ e^(α_t(s) + β_t(s) + loss)        over the states s of class k
/// ```
///
/// The gradient is PyTorch's: that of the logits of which `x` is the log-softmax, so that it sums to 0 over the classes. Where no alignment
/// reaches the target it is not a number, as the loss is infinite.
///
/// - `x`              `[T, N, C]` logarithms of probabilities
/// - `targets`        the labels of all sequences, one sequence after the other; none is the blank
/// - `input_lengths`  `[N]` steps of each sequence, at most T
/// - `target_lengths` `[N]` labels of each sequence
/// - `losses`         `[N]` out
/// - `dx`             `[T, N, C]` out, 0 beyond a sequence's steps; or none
/// - `scratch`        `[ctc_scratch_len]`
#[allow(clippy::too_many_arguments)] // data of a batch, each with a shape of its own
pub fn ctc_loss(
    ctc: Ctc,
    x: &[f32],
    targets: &[i32],
    input_lengths: &[i32],
    target_lengths: &[i32],
    losses: &mut [f32],
    mut dx: Option<&mut [f32]>,
    scratch: &mut [f64],
) {
    let mut rest = targets;
    if let Some(dx) = &mut dx {
        dx.fill(0.0);
    }
    for (sequence, loss) in losses.iter_mut().enumerate() {
        let (target, others) = rest.split_at(target_lengths[sequence] as usize);
        rest = others;
        let states = States { blank: ctc.blank, target };
        let rows = Rows { ctc, sequence, steps: input_lengths[sequence] as usize, x };
        let (alpha, beta) = scratch.split_at_mut((rows.steps + 1) * (states.count() + ENDS));
        let exact = forward(states, rows, alpha);
        let reached = exact != f64::INFINITY;
        *loss = if reached || !ctc.zero_infinity { exact as f32 } else { 0.0 };
        match &mut dx {
            Some(dx) if reached => backward(states, rows, exact, alpha, beta, dx),
            Some(dx) if !ctc.zero_infinity => (0..rows.steps).for_each(|t| dx[rows.at(t)].fill(f32::NAN)),
            _ => {}
        }
    }
}

/// The steps of one sequence in the batch.
#[derive(Clone, Copy)]
struct Rows<'a> {
    ctc: Ctc,
    sequence: usize,
    steps: usize,
    x: &'a [f32],
}

impl Rows<'_> {
    /// Where the classes of a step are.
    fn at(&self, t: usize) -> Range<usize> {
        let start = (t * self.ctc.batch + self.sequence) * self.ctc.classes;
        start..start + self.ctc.classes
    }
}

/// Fills `alpha`, `[1 + steps, ENDS + states]`, whose first row is the beginning: the state before the first one. Returns the loss.
fn forward(states: States, rows: Rows, alpha: &mut [f64]) -> f64 {
    let width = states.count() + ENDS;
    alpha.fill(f64::NEG_INFINITY);
    alpha[ENDS - 1] = 0.0;
    for t in 0..rows.steps {
        let (before, now) = alpha[t * width..].split_at_mut(width);
        let x = &rows.x[rows.at(t)];
        for state in 0..states.count() {
            let skipped = if states.skips(state) { before[state] } else { f64::NEG_INFINITY };
            now[ENDS + state] = log_sum(before[state + 2], before[state + 1], skipped) + x[states.class(state)] as f64;
        }
    }
    let last = &alpha[alpha.len() - 2..];
    0.0 - log_sum(last[0], last[1], f64::NEG_INFINITY)
}

/// Writes the gradient of the sequence.
///
/// - `alpha` of [`forward`], which returned `loss`
/// - `beta`  `[states + ENDS]` scratch: `β` plus the `x` of its own step, which the step before reads
/// - `dx`    `[T, N, C]` out, the rows of the sequence
fn backward(states: States, rows: Rows, loss: f64, alpha: &[f64], beta: &mut [f64], dx: &mut [f32]) {
    let (count, width) = (states.count(), states.count() + ENDS);
    beta[..width].fill(f64::NEG_INFINITY);
    beta[count] = 0.0; // the end: the state after the last one
    for t in (0..rows.steps).rev() {
        let (x, dx) = (&rows.x[rows.at(t)], &mut dx[rows.at(t)]);
        dx.copy_from_slice(x);
        activation::exp(dx);
        let mut blanks = 0.0;
        // Ascending, so that what is overwritten nobody needs any more.
        for state in 0..count {
            let skipped = if states.skips(state + 2) { beta[state + 2] } else { f64::NEG_INFINITY };
            let left = log_sum(beta[state], beta[state + 1], skipped);
            let share = exp(alpha[(t + 1) * width + ENDS + state] + left + loss);
            if state % 2 == 1 {
                dx[states.class(state)] -= share as f32;
            } else {
                blanks += share;
            }
            beta[state] = left + x[states.class(state)] as f64;
        }
        dx[states.blank] -= blanks as f32;
        beta[count] = f64::NEG_INFINITY;
    }
}

/// `log(e^a + e^b + e^c)`.
#[inline(never)]
fn log_sum(a: f64, b: f64, c: f64) -> f64 {
    let max = a.max(b).max(c);
    if max == f64::NEG_INFINITY {
        return a + b + c; // NaN, if one of them is
    }
    max + log(exp(a - max) + exp(b - max) + exp(c - max))
}
