//! The optimizers for a single parameter, line by line as PyTorch's single-tensor implementations stand.

use crate::optim::{Adadelta, Adagrad, Adam, Adamax, Nadam, Radam, Rmsprop, Rprop, Sgd};

fn gradient(param: f64, grad: f64, maximize: bool, weight_decay: f64) -> f64 {
    (if maximize { -grad } else { grad }) + weight_decay * param
}

pub fn sgd(o: Sgd, param: &mut f64, grad: f64, buffer: Option<&mut f64>) {
    let mut grad = gradient(*param, grad, o.maximize, o.weight_decay);
    if let Some(buffer) = buffer {
        *buffer = if o.first_step { grad } else { o.momentum * *buffer + (1.0 - o.dampening) * grad };
        grad = if o.nesterov { grad + o.momentum * *buffer } else { *buffer };
    }
    *param -= o.lr * grad;
}

/// `state` is `exp_avg`, `exp_avg_sq`, `max_exp_avg_sq`.
pub fn adam(o: Adam, amsgrad: bool, param: &mut f64, grad: f64, state: &mut [f64; 3]) {
    let grad = gradient(*param, grad, o.maximize, if o.decoupled { 0.0 } else { o.weight_decay });
    if o.decoupled {
        *param *= 1.0 - o.lr * o.weight_decay;
    }
    state[0] += (grad - state[0]) * (1.0 - o.beta1);
    state[1] = state[1] * o.beta2 + grad * grad * (1.0 - o.beta2);
    state[2] = state[2].max(state[1]);
    let bias_correction1 = 1.0 - o.beta1.powf(o.step);
    let bias_correction2 = 1.0 - o.beta2.powf(o.step);
    let square = if amsgrad { state[2] } else { state[1] };
    let denominator = square.sqrt() / bias_correction2.sqrt() + o.eps;
    *param -= o.lr / bias_correction1 * state[0] / denominator;
}

/// `state` is `square_avg`, `grad_avg`, `momentum_buffer`.
pub fn rmsprop(o: Rmsprop, centered: bool, param: &mut f64, grad: f64, state: &mut [f64; 3]) {
    let grad = gradient(*param, grad, o.maximize, o.weight_decay);
    state[0] = state[0] * o.alpha + grad * grad * (1.0 - o.alpha);
    state[1] += (grad - state[1]) * (1.0 - o.alpha);
    let average = if centered { (state[0] - state[1] * state[1]).sqrt() } else { state[0].sqrt() } + o.eps;
    state[2] = o.momentum * state[2] + grad / average;
    *param -= o.lr * if o.momentum > 0.0 { state[2] } else { grad / average };
}

pub fn adagrad(o: Adagrad, param: &mut f64, grad: f64, sum: &mut f64) {
    let grad = gradient(*param, grad, o.maximize, o.weight_decay);
    let rate = o.lr / (1.0 + (o.step - 1.0) * o.lr_decay);
    *sum += grad * grad;
    *param -= rate * grad / (sum.sqrt() + o.eps);
}

/// `state` is `square_avg`, `acc_delta`.
pub fn adadelta(o: Adadelta, param: &mut f64, grad: f64, state: &mut [f64; 2]) {
    let grad = gradient(*param, grad, o.maximize, o.weight_decay);
    state[0] = state[0] * o.rho + grad * grad * (1.0 - o.rho);
    let delta = (state[1] + o.eps).sqrt() / (state[0] + o.eps).sqrt() * grad;
    state[1] = state[1] * o.rho + delta * delta * (1.0 - o.rho);
    *param -= o.lr * delta;
}

/// `state` is `exp_avg`, `exp_inf`.
pub fn adamax(o: Adamax, param: &mut f64, grad: f64, state: &mut [f64; 2]) {
    let grad = gradient(*param, grad, o.maximize, o.weight_decay);
    state[0] += (grad - state[0]) * (1.0 - o.beta1);
    state[1] = (state[1] * o.beta2).max(grad.abs() + o.eps);
    *param -= o.lr / (1.0 - o.beta1.powf(o.step)) * state[0] / state[1];
}

/// `state` is `exp_avg`, `exp_avg_sq`; returns the next `mu_product`.
pub fn nadam(o: Nadam, param: &mut f64, grad: f64, state: &mut [f64; 2]) -> f64 {
    let grad = gradient(*param, grad, o.maximize, if o.decoupled { 0.0 } else { o.weight_decay });
    if o.decoupled {
        *param *= 1.0 - o.lr * o.weight_decay;
    }
    let mu = o.beta1 * (1.0 - 0.5 * 0.96f64.powf(o.step * o.momentum_decay));
    let mu_next = o.beta1 * (1.0 - 0.5 * 0.96f64.powf((o.step + 1.0) * o.momentum_decay));
    let mu_product = o.mu_product * mu;
    state[0] += (grad - state[0]) * (1.0 - o.beta1);
    state[1] = state[1] * o.beta2 + grad * grad * (1.0 - o.beta2);
    let denominator = (state[1] / (1.0 - o.beta2.powf(o.step))).sqrt() + o.eps;
    *param -= o.lr * (1.0 - mu) / (1.0 - mu_product) * grad / denominator;
    *param -= o.lr * mu_next / (1.0 - mu_product * mu_next) * state[0] / denominator;
    mu_product
}

/// `state` is `exp_avg`, `exp_avg_sq`.
pub fn radam(o: Radam, param: &mut f64, grad: f64, state: &mut [f64; 2]) {
    let grad = gradient(*param, grad, o.maximize, if o.decoupled { 0.0 } else { o.weight_decay });
    if o.decoupled {
        *param *= 1.0 - o.lr * o.weight_decay;
    }
    state[0] += (grad - state[0]) * (1.0 - o.beta1);
    state[1] = state[1] * o.beta2 + grad * grad * (1.0 - o.beta2);
    let bias_correction2 = 1.0 - o.beta2.powf(o.step);
    let average = state[0] / (1.0 - o.beta1.powf(o.step));
    let rho_inf = 2.0 / (1.0 - o.beta2) - 1.0;
    let rho = rho_inf - 2.0 * o.step * o.beta2.powf(o.step) / bias_correction2;
    if rho > 5.0 {
        let rectification = ((rho - 4.0) * (rho - 2.0) * rho_inf / ((rho_inf - 4.0) * (rho_inf - 2.0) * rho)).sqrt();
        *param -= average * o.lr * rectification * bias_correction2.sqrt() / (state[1].sqrt() + o.eps);
    } else {
        *param -= average * o.lr;
    }
}

/// `state` is `prev`, `step_size`.
pub fn rprop(o: Rprop, param: &mut f64, grad: f64, state: &mut [f64; 2]) {
    let mut grad = if o.maximize { -grad } else { grad };
    let agreement = grad * state[0];
    let factor = match agreement {
        a if a > 0.0 => o.eta_plus,
        a if a < 0.0 => o.eta_minus,
        _ => 1.0,
    };
    state[1] = (state[1] * factor).clamp(o.step_size_min, o.step_size_max);
    if agreement < 0.0 {
        grad = 0.0;
    }
    if grad != 0.0 {
        *param -= grad.signum() * state[1];
    }
    state[0] = grad;
}
