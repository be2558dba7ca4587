//! Twelve steps of every optimizer and option against the f64 reference.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use unrolled_kernels::optim::*;
use unrolled_kernels::reference::optim as exact;
use unrolled_kernels::testing::Random;

/// No multiple of the vector's width.
const COUNT: usize = 11;
const STEPS: usize = 12;

/// Applies `fast` to slices and `plain` to each parameter, with `K` buffers that start as `initial`, and compares the parameters.
fn compare<const K: usize>(
    name: &str,
    initial: [f32; K],
    mut fast: impl FnMut(f64, &mut [f32], &[f32], &mut [Vec<f32>; K]),
    mut plain: impl FnMut(f64, &mut f64, f64, &mut [f64; K]),
) {
    let mut random = Random::new(5);
    let mut params = random.floats(COUNT);
    let mut expected: Vec<f64> = params.iter().map(|&x| x as f64).collect();
    let mut buffers = initial.map(|value| vec![value; COUNT]);
    let mut states = [initial.map(f64::from); COUNT];
    for step in 1..=STEPS {
        let mut grads = random.floats(COUNT);
        grads[3] = 0.0;
        fast(step as f64, &mut params, &grads, &mut buffers);
        for at in 0..COUNT {
            plain(step as f64, &mut expected[at], grads[at] as f64, &mut states[at]);
            let error = (params[at] as f64 - expected[at]).abs();
            assert!(error < 2e-6, "{name}, step {step}: {} instead of {}", params[at], expected[at]);
        }
    }
    assert!(params.iter().zip(Random::new(5).floats(COUNT)).any(|(a, b)| (a - b).abs() > 1e-3), "{name} did not move");
}

/// Whether to maximize, and the weight decay.
const COMMON: [(bool, f64); 3] = [(false, 0.0), (false, 0.1), (true, 0.05)];

#[test]
fn sgd_equals_the_reference() {
    for (maximize, weight_decay) in COMMON {
        for (momentum, dampening, nesterov) in [(0.0, 0.0, false), (0.9, 0.0, false), (0.8, 0.3, false), (0.9, 0.0, true)] {
            let options = |step| Sgd { lr: 0.1, momentum, dampening, weight_decay, nesterov, maximize, first_step: step == 1.0 };
            let buffered = momentum != 0.0;
            compare(
                "sgd",
                [0.0],
                |step, param, grad, [buffer]| sgd(options(step), param, grad, buffered.then_some(buffer)),
                |step, param, grad, [buffer]| exact::sgd(options(step), param, grad, buffered.then_some(buffer)),
            );
        }
    }
}

#[test]
fn adam_equals_the_reference() {
    for (maximize, weight_decay) in COMMON {
        for (beta1, beta2, amsgrad, decoupled) in [
            (0.9, 0.999, false, false),
            (0.8, 0.95, true, false),
            (0.9, 0.6, true, true),
            (0.3, 0.99, false, true),
            (0.0, 0.9, false, false),
        ] {
            let options = |step| Adam { lr: 0.02, beta1, beta2, eps: 1e-8, weight_decay, decoupled, maximize, step };
            compare(
                "adam",
                [0.0; 3],
                |step, param, grad, [m, v, u]| adam(options(step), param, grad, m, v, amsgrad.then_some(u)),
                |step, param, grad, state| exact::adam(options(step), amsgrad, param, grad, state),
            );
        }
    }
}

#[test]
fn rmsprop_equals_the_reference() {
    for (maximize, weight_decay) in COMMON {
        for (momentum, centered) in [(0.0, false), (0.7, false), (0.0, true), (0.7, true)] {
            let options = Rmsprop { lr: 0.01, alpha: 0.9, eps: 1e-3, weight_decay, momentum, maximize };
            compare(
                "rmsprop",
                [0.0; 3],
                |_, param, grad, [v, a, b]| rmsprop(options, param, grad, v, centered.then_some(a), (momentum > 0.0).then_some(b)),
                |_, param, grad, state| exact::rmsprop(options, centered, param, grad, state),
            );
        }
    }
}

#[test]
fn adagrad_and_adadelta_equal_the_reference() {
    for (maximize, weight_decay) in COMMON {
        let options = |step| Adagrad { lr: 0.1, lr_decay: 0.05, weight_decay, eps: 1e-10, maximize, step };
        compare(
            "adagrad",
            [0.2],
            |step, param, grad, [sum]| adagrad(options(step), param, grad, sum),
            |step, param, grad, [sum]| exact::adagrad(options(step), param, grad, sum),
        );
        let options = Adadelta { lr: 1.0, rho: 0.9, eps: 1e-6, weight_decay, maximize };
        compare(
            "adadelta",
            [0.0; 2],
            |_, param, grad, [v, u]| adadelta(options, param, grad, v, u),
            |_, param, grad, state| exact::adadelta(options, param, grad, state),
        );
    }
}

#[test]
fn adamax_nadam_and_radam_equal_the_reference() {
    for (maximize, weight_decay) in COMMON {
        let options = |step| Adamax { lr: 0.02, beta1: 0.9, beta2: 0.99, eps: 1e-8, weight_decay, maximize, step };
        compare(
            "adamax",
            [0.0; 2],
            |step, param, grad, [m, u]| adamax(options(step), param, grad, m, u),
            |step, param, grad, state| exact::adamax(options(step), param, grad, state),
        );
        for decoupled in [false, true] {
            let (momentum_decay, mut products) = (4e-3, [[1.0; STEPS + 1]; 2]);
            let [fast, plain] = &mut products;
            let options = |step, mu_product| {
                let (lr, beta1, beta2, eps) = (0.02, 0.9, 0.99, 1e-8);
                Nadam { lr, beta1, beta2, eps, weight_decay, momentum_decay, decoupled, maximize, step, mu_product }
            };
            compare(
                "nadam",
                [0.0; 2],
                |step, param, grad, [m, v]| {
                    fast[step as usize] = nadam(options(step, fast[step as usize - 1]), param, grad, m, v);
                },
                |step, param, grad, state| {
                    plain[step as usize] = exact::nadam(options(step, plain[step as usize - 1]), param, grad, state);
                },
            );
            // 0.99: rectified from the sixth step on, so both branches run.
            let options = |step| Radam { lr: 0.02, beta1: 0.9, beta2: 0.99, eps: 1e-8, weight_decay, decoupled, maximize, step };
            compare(
                "radam",
                [0.0; 2],
                |step, param, grad, [m, v]| radam(options(step), param, grad, m, v),
                |step, param, grad, state| exact::radam(options(step), param, grad, state),
            );
        }
    }
}

#[test]
fn rprop_equals_the_reference() {
    for maximize in [false, true] {
        let options = Rprop { eta_minus: 0.5, eta_plus: 1.2, step_size_min: 6e-3, step_size_max: 0.015, maximize };
        compare(
            "rprop",
            [0.0, 0.01],
            |_, param, grad, [prev, size]| rprop(options, param, grad, prev, size),
            |_, param, grad, state| exact::rprop(options, param, grad, state),
        );
    }
}

/// Steps without a gradient until 0.9^step of anything is less than the least denormal number.
const FORGOTTEN: usize = 1500;

#[test]
fn averages_of_gradients_end_at_zero_and_not_among_the_denormal_numbers() {
    let (mut param, mut m, mut v, mut buffer) = ([0.5; COUNT], [0.1f32; COUNT], [1e-30f32; COUNT], [0.1f32; COUNT]);
    let options = |step| Adam { lr: 0.02, beta1: 0.9, beta2: 0.9, eps: 1e-8, weight_decay: 0.0, decoupled: false, maximize: false, step };
    let with_momentum =
        Sgd { lr: 0.1, momentum: 0.9, dampening: 0.0, weight_decay: 0.0, nesterov: false, maximize: false, first_step: false };
    for step in 1..=FORGOTTEN {
        adam(options(step as f64), &mut param, &[0.0; COUNT], &mut m, &mut v, None);
        sgd(with_momentum, &mut param, &[0.0; COUNT], Some(&mut buffer));
        assert!(m.iter().chain(&v).chain(&buffer).all(|x| *x == 0.0 || x.is_normal()), "step {step}: {m:?} {v:?} {buffer:?}");
    }
    assert_eq!((m, v, buffer), ([0.0; COUNT], [0.0; COUNT], [0.0; COUNT]));
}

#[test]
fn without_eps_a_small_average_of_squares_still_counts() {
    // g = 1e-20: v = 0.1·1e-40 is a denormal number, and yet the first step is one of the rate.
    let options = Adam { lr: 0.02, beta1: 0.9, beta2: 0.9, eps: 0.0, weight_decay: 0.0, decoupled: false, maximize: false, step: 1.0 };
    let (mut param, mut m, mut v) = ([0.5; COUNT], [0.0; COUNT], [0.0; COUNT]);
    adam(options, &mut param, &[1e-20; COUNT], &mut m, &mut v, None);
    assert!(param.iter().all(|x| (x - 0.48f32).abs() < 1e-4), "{param:?}");
}

#[test]
fn averages_keep_nan() {
    let options = Adam { lr: 0.02, beta1: 0.9, beta2: 0.9, eps: 1e-8, weight_decay: 0.0, decoupled: false, maximize: false, step: 1.0 };
    let (mut param, mut m, mut v) = ([0.5; COUNT], [0.0; COUNT], [0.0; COUNT]);
    adam(options, &mut param, &[f32::NAN; COUNT], &mut m, &mut v, None);
    assert!(param.iter().chain(&m).chain(&v).all(|x| x.is_nan()));
}
