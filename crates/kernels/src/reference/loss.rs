//! The losses as PyTorch's documentation writes them: a pair of the loss and its derivative with respect to the input.

use super::activation::{sigmoid, softmax};

pub fn mse(x: f64, t: f64) -> (f64, f64) {
    ((x - t).powi(2), 2.0 * (x - t))
}

pub fn l1(x: f64, t: f64) -> (f64, f64) {
    ((x - t).abs(), if x == t { 0.0 } else { (x - t).signum() })
}

pub fn smooth_l1(x: f64, t: f64, beta: f64) -> (f64, f64) {
    let e = x - t;
    if e.abs() < beta {
        (0.5 * e * e / beta, e / beta)
    } else {
        (e.abs() - 0.5 * beta, l1(x, t).1)
    }
}

pub fn huber(x: f64, t: f64, delta: f64) -> (f64, f64) {
    let e = x - t;
    if e.abs() <= delta {
        (0.5 * e * e, e)
    } else {
        (delta * (e.abs() - 0.5 * delta), delta * e.signum())
    }
}

/// With logarithms of at least −100, and a derivative whose denominator is at least 1e−12.
pub fn bce(x: f64, t: f64) -> (f64, f64) {
    let loss = -(t * x.ln().max(-100.0) + (1.0 - t) * (1.0 - x).ln().max(-100.0));
    (loss, (x - t) / (x * (1.0 - x)).max(1e-12))
}

/// `p` is the weight of the positive class.
pub fn bce_with_logits(x: f64, t: f64, p: f64) -> (f64, f64) {
    // log σ(x) with the small term kept apart, for logits far from 0.
    let log_sigmoid = |x: f64| x.min(0.0) - (-x.abs()).exp().ln_1p();
    let loss = -(p * t * log_sigmoid(x) + (1.0 - t) * log_sigmoid(-x));
    (loss, -p * t * sigmoid(-x) + (1.0 - t) * sigmoid(x))
}

pub fn kl_div(x: f64, t: f64) -> (f64, f64) {
    (if t == 0.0 { 0.0 } else { t * (t.ln() - x) }, -t)
}

pub fn kl_div_log_target(x: f64, t: f64) -> (f64, f64) {
    (t.exp() * (t - x), -t.exp())
}

/// `−Σ_c target_c·weight_c·log softmax(x)_c` after smoothing, and its gradient.
pub fn cross_entropy(x: &[f64], target: &[f64], weight: &[f64], smoothing: f64) -> (f64, Vec<f64>) {
    let classes = x.len() as f64;
    let share: Vec<f64> = target.iter().zip(weight).map(|(t, w)| w * (t * (1.0 - smoothing) + smoothing / classes)).collect();
    let p = softmax(x);
    let loss = -share.iter().zip(&p).map(|(a, p)| a * p.ln()).sum::<f64>();
    let all: f64 = share.iter().sum();
    (loss, p.iter().zip(&share).map(|(p, a)| p * all - a).collect())
}

/// The target that is one class.
pub fn one_hot(class: usize, classes: usize) -> Vec<f64> {
    (0..classes).map(|c| f64::from(c == class)).collect()
}

/// Connectionist temporal classification as it is defined: `−log Σ p` over every sequence of classes that is the target once what is repeated
/// is joined and the blanks are dropped; and `e^x` minus the probability that an alignment has the class at the step.
pub fn ctc(x: &[f64], classes: usize, blank: usize, target: &[usize]) -> (f64, Vec<f64>) {
    let steps = x.len() / classes;
    let (mut total, mut visits) = (0.0, vec![0.0; x.len()]);
    for number in 0..classes.pow(steps as u32) {
        let path: Vec<usize> = (0..steps).map(|t| number / classes.pow(t as u32) % classes).collect();
        let mut labels = path.clone();
        labels.dedup();
        labels.retain(|&class| class != blank);
        if labels == target {
            let p = path.iter().enumerate().map(|(t, &class)| x[t * classes + class]).sum::<f64>().exp();
            total += p;
            path.iter().enumerate().for_each(|(t, &class)| visits[t * classes + class] += p);
        }
    }
    (-total.ln(), x.iter().zip(visits).map(|(x, p)| x.exp() - p / total).collect())
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::reference::difference;
    use crate::testing::Random;

    #[test]
    fn derivatives_are_the_differences() {
        let mut random = Random::new(11);
        for _ in 0..200 {
            let (x, t) = (3.0 * random.float() as f64, random.float() as f64);
            let (q, p) = (0.5 + 0.45 * random.float() as f64, 0.5 + 0.5 * random.float() as f64);
            let check = |name: &str, f: &dyn Fn(f64) -> (f64, f64), x: f64| {
                let (slope, expected) = (f(x).1, difference(|x| f(x).0, x));
                assert!((slope - expected).abs() < 1e-6 * (1.0 + expected.abs()), "{name} at {x}: {slope} and {expected}");
            };
            check("mse", &|x| mse(x, t), x);
            check("l1", &|x| l1(x, t), x);
            check("smooth_l1", &|x| smooth_l1(x, t, 0.5), x);
            check("huber", &|x| huber(x, t, 0.7), x);
            check("bce", &|x| bce(x, p), q);
            check("bce_with_logits", &|x| bce_with_logits(x, p, 1.7), x);
            check("kl_div", &|x| kl_div(x, p), x);
            check("kl_div_log_target", &|x| kl_div_log_target(x, t), x);
        }
    }

    #[test]
    fn the_gradient_of_cross_entropy_is_the_difference() {
        let (x, weight) = ([0.3, -1.2, 2.0], [0.5, 1.5, 0.8]);
        for target in [one_hot(1, 3), vec![0.2, 0.5, 0.3]] {
            for at in 0..3 {
                let along = |value| {
                    let mut x = x;
                    x[at] = value;
                    cross_entropy(&x, &target, &weight, 0.1).0
                };
                assert!((cross_entropy(&x, &target, &weight, 0.1).1[at] - difference(along, x[at])).abs() < 1e-8);
            }
        }
    }
}
