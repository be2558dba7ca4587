//! Connectionist temporal classification (Graves et al. 2006): the loss of a sequence of labels of which nobody knows where in time they lie.
//! It sums over all alignments, by the forward-backward algorithm, in logarithms and in f64: probabilities of paths leave the range of any float.

use crate::lanes::update;
use crate::math;

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

    /// Whether the state may follow the one two before it: the blank between two different labels is optional.
    fn skips(&self, state: usize) -> bool {
        state % 2 == 1 && state >= 2 && self.class(state) != self.class(state - 2)
    }
}

/// f64 values of scratch that [`ctc_loss`] needs for targets of at most `longest` labels.
pub fn ctc_scratch_len(steps: usize, longest: usize) -> u64 {
    (2 * longest as u64 + 1) * (steps as u64 + 1)
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
        let steps = input_lengths[sequence] as usize;
        let (alpha, beta) = scratch.split_at_mut(steps * states.count());
        let at = |t: usize| (t * ctc.batch + sequence) * ctc.classes;
        let row = |t: usize| &x[at(t)..at(t) + ctc.classes];
        let exact = forward(states, steps, row, alpha);
        let reached = exact != f64::INFINITY;
        *loss = if reached || !ctc.zero_infinity { exact as f32 } else { 0.0 };
        let Some(dx) = &mut dx else { continue };
        let gradient = |t: usize| at(t)..at(t) + ctc.classes;
        if reached {
            backward(states, steps, row, exact, alpha, beta, |t, class, value| dx[at(t) + class] -= value);
        }
        for t in 0..steps {
            if reached {
                update([&mut dx[gradient(t)]], [row(t)], |[minus], [x]| [math::exp(x).add(minus)]);
            } else if !ctc.zero_infinity {
                dx[gradient(t)].fill(f32::NAN);
            }
        }
    }
}

/// Fills `alpha`, `[steps, states]`; returns the loss.
fn forward<'a>(states: States, steps: usize, row: impl Fn(usize) -> &'a [f32], alpha: &mut [f64]) -> f64 {
    let count = states.count();
    if steps == 0 {
        return if count == 1 { 0.0 } else { f64::INFINITY };
    }
    for t in 0..steps {
        let (before, now) = alpha[..(t + 1) * count].split_at_mut(t * count);
        let before = before.rchunks_exact(count).next();
        let x = row(t);
        for state in 0..count {
            let entered = match before {
                None if state < 2 => 0.0,
                None => f64::NEG_INFINITY,
                Some(before) => log_sum([
                    before[state],
                    if state >= 1 { before[state - 1] } else { f64::NEG_INFINITY },
                    if states.skips(state) { before[state - 2] } else { f64::NEG_INFINITY },
                ]),
            };
            now[state] = entered + x[states.class(state)] as f64;
        }
    }
    let last = &alpha[(steps - 1) * count..];
    let loss = -log_sum([last[count - 1], if count > 1 { last[count - 2] } else { f64::NEG_INFINITY }, f64::NEG_INFINITY]);
    loss + 0.0 // a sure target has the loss 0, not −0
}

/// Calls `give(t, class, p)` for each state of each step: `p` is the probability that an alignment of the target is there.
fn backward<'a>(
    states: States,
    steps: usize,
    row: impl Fn(usize) -> &'a [f32],
    loss: f64,
    alpha: &[f64],
    beta: &mut [f64],
    mut give: impl FnMut(usize, usize, f32),
) {
    let count = states.count();
    // β plus the x of its own step, which the step before reads; overwritten in the order in which nobody needs it any more.
    let after = &mut beta[..count];
    for t in (0..steps).rev() {
        let x = row(t);
        let mut blanks = 0.0;
        for state in 0..count {
            let left = if t + 1 == steps {
                if state + 2 >= count {
                    0.0
                } else {
                    f64::NEG_INFINITY
                }
            } else {
                log_sum([
                    after[state],
                    if state + 1 < count { after[state + 1] } else { f64::NEG_INFINITY },
                    if state + 2 < count && states.skips(state + 2) { after[state + 2] } else { f64::NEG_INFINITY },
                ])
            };
            let share = (alpha[t * count + state] + left + loss).exp();
            if state % 2 == 1 {
                give(t, states.class(state), share as f32);
            } else {
                blanks += share;
            }
            after[state] = left + x[states.class(state)] as f64;
        }
        give(t, states.blank, blanks as f32);
    }
}

/// `log Σ e^a`, −∞ of nothing but −∞.
fn log_sum(a: [f64; 3]) -> f64 {
    let max = a[0].max(a[1]).max(a[2]);
    if max == f64::NEG_INFINITY {
        return a[0] + a[1] + a[2]; // NaN, if one of them is
    }
    max + a.into_iter().map(|a| (a - max).exp()).sum::<f64>().ln()
}
