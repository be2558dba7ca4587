//! Cross entropy of logits, fused with the softmax: `−Σ_c a_c·log p_c` with `p = softmax(x)` and `a` the weighted, smoothed target. No
//! `[R, C]` buffer is kept for backward, only the maximum and the sum of each row.

use super::{total, Classes, Upstream};
use crate::lanes::{dot, sum, sum_of, update};
use crate::math;
use crate::simd::F32x4;
use crate::softmax::RowStatistics;

/// The loss of targets that are classes, 0 for an ignored row.
///
/// ```text
/// a_c = (1 − ε)·weight[c]·[c = target] + ε/C·weight[c]
/// ```
///
/// - `x`          `[R, C]` logits
/// - `targets`    `[R]`    classes, or `ignore`
/// - `statistics` `[R, 2]` out: what backward makes `p` of again
/// - `losses`     `[R]`    out
pub fn cross_entropy(classes: Classes, x: &[f32], targets: &[i32], statistics: &mut [f32], losses: &mut [f32]) -> f64 {
    assert!(x.len() == targets.len() * classes.count && losses.len() == targets.len() && statistics.len() == 2 * targets.len());
    let ((own, every), all) = (classes.shares(), classes.total_weight());
    let rows = x.chunks_exact(classes.count).zip(statistics.chunks_exact_mut(2)).zip(&mut *losses);
    for (((x, saved), loss), &target) in rows.zip(targets) {
        *loss = 0.0;
        if target != classes.ignore {
            let row = RowStatistics::of(x);
            saved.copy_from_slice(&[row.max, row.sum]);
            let log_sum = row.log_sum() as f64;
            let surprise = log_sum + (row.max - x[target as usize]) as f64;
            let own = own * classes.weight_of(target) as f64 * surprise;
            // Without smoothing a logit of −∞ may stand in a class that is not the target: 0·∞ must not be formed.
            *loss = if every == 0.0 { own } else { own + every * (all * log_sum + gap(x, row.max, classes.weight, None)) } as f32;
        }
    }
    total(losses)
}

/// The gradient of [`cross_entropy`]: `dx_c = dy·(p_c·Σ a − a_c)`, exactly 0 in an ignored row.
///
/// - `targets`    `[R]`    classes, or `ignore`
/// - `statistics` `[R, 2]` of the forward pass
/// - `x`          `[R, C]` in: logits, out: their gradient
pub fn cross_entropy_backward(classes: Classes, targets: &[i32], statistics: &[f32], upstream: Upstream, x: &mut [f32]) {
    assert!(x.len() == targets.len() * classes.count && statistics.len() == 2 * targets.len());
    let ((own, every), all) = (classes.shares(), classes.total_weight());
    let rows = x.chunks_exact_mut(classes.count).zip(statistics.chunks_exact(2));
    for (row, ((x, saved), &target)) in rows.zip(targets).enumerate() {
        if target == classes.ignore {
            x.fill(0.0);
            continue;
        }
        let dy = upstream.row(row) as f64;
        let own = own * classes.weight_of(target) as f64;
        let probability = probabilities(saved, dy * (own + every * all));
        let share = F32x4::splat((dy * every) as f32);
        match classes.weight {
            Some(weight) => update([&mut *x], [weight], |[x], [w]| [probability(x).sub(share.mul(w))]),
            None => update([&mut *x], [], |[x], []| [probability(x).sub(share)]),
        }
        x[target as usize] -= (dy * own) as f32;
    }
}

/// The loss of targets that are probabilities; no row is ignored, and the mean divides by the number of rows.
///
/// ```text
/// a_c = ((1 − ε)·t_c + ε/C)·weight[c]
/// ```
///
/// - `x`          `[R, C]` logits
/// - `targets`    `[R, C]` `t`
/// - `statistics` `[R, 2]` out: what backward makes `p` of again
/// - `losses`     `[R]`    out
pub fn cross_entropy_probabilities(classes: Classes, x: &[f32], targets: &[f32], statistics: &mut [f32], losses: &mut [f32]) -> f64 {
    assert!(x.len() == targets.len() && x.len() == losses.len() * classes.count && statistics.len() == 2 * losses.len());
    let (own, every) = classes.shares();
    let rows = x.chunks_exact(classes.count).zip(targets.chunks_exact(classes.count));
    for (((x, target), saved), loss) in rows.zip(statistics.chunks_exact_mut(2)).zip(&mut *losses) {
        let row = RowStatistics::of(x);
        saved.copy_from_slice(&[row.max, row.sum]);
        let mut gaps = own * gap(x, row.max, classes.weight, Some(target));
        if every > 0.0 {
            gaps += every * gap(x, row.max, classes.weight, None);
        }
        *loss = (sum_of_shares(classes, target) * row.log_sum() as f64 + gaps) as f32;
    }
    total(losses)
}

/// The gradient of [`cross_entropy_probabilities`]: `dx_c = dy·(p_c·Σ a − a_c)`.
///
/// - `targets`    `[R, C]` `t`
/// - `statistics` `[R, 2]` of the forward pass
/// - `x`          `[R, C]` in: logits, out: their gradient
pub fn cross_entropy_probabilities_backward(classes: Classes, targets: &[f32], statistics: &[f32], upstream: Upstream, x: &mut [f32]) {
    assert!(x.len() == targets.len() && x.len() * 2 == statistics.len() * classes.count);
    let (own, every) = classes.shares();
    let rows = x.chunks_exact_mut(classes.count).zip(targets.chunks_exact(classes.count)).zip(statistics.chunks_exact(2));
    for (row, ((x, target), saved)) in rows.enumerate() {
        let dy = upstream.row(row) as f64;
        let probability = probabilities(saved, dy * sum_of_shares(classes, target));
        let (own, every) = (F32x4::splat((dy * own) as f32), F32x4::splat((dy * every) as f32));
        match classes.weight {
            Some(weight) => update([x], [target, weight], |[x], [t, w]| [probability(x).sub(t.madd(own, every).mul(w))]),
            None => update([x], [target], |[x], [t]| [probability(x).sub(t.madd(own, every))]),
        }
    }
}

/// `x ↦ factor·p`, from what forward saved of the row.
#[inline(always)]
fn probabilities(saved: &[f32], factor: f64) -> impl Fn(F32x4) -> F32x4 {
    let (max, scale) = (F32x4::splat(saved[0]), F32x4::splat((factor / saved[1] as f64) as f32));
    move |x| math::exp(x.sub(max)).mul(scale)
}

/// `Σ a·b·(max − x)`, absent factors being 1. Past the end x is the maximum itself, and the term 0.
fn gap(x: &[f32], max: f32, a: Option<&[f32]>, b: Option<&[f32]>) -> f64 {
    let from = F32x4::splat(max);
    match (a, b) {
        (None, None) => sum([x], max, |[x]| from.sub(x)),
        (Some(a), None) | (None, Some(a)) => sum([x, a], max, |[x, a]| from.sub(x).mul(a)),
        (Some(a), Some(b)) => sum([x, a, b], max, |[x, a, b]| from.sub(x).mul(a).mul(b)),
    }
}

/// `Σ_c a_c` of a target of probabilities.
fn sum_of_shares(classes: Classes, target: &[f32]) -> f64 {
    let (own, every) = classes.shares();
    let targets = match classes.weight {
        Some(weight) => dot(target, weight),
        None => sum_of(target),
    };
    own * targets + every * classes.total_weight()
}
