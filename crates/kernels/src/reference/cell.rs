//! One step of each cell for one sequence, in `f64`, written as the equations stand: forward, and backward by the chain rule.

use crate::cell::Cell;

/// The parameters of one layer and direction, as PyTorch stores them.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    /// `W_ih` `[G·H, I]`
    pub ih: Vec<f64>,
    /// `W_hh` `[G·H, Hout]`
    pub hh: Vec<f64>,
    /// `b_ih` `[G·H]`, empty if there are none
    pub bias_ih: Vec<f64>,
    /// `b_hh` `[G·H]`, empty if there are none
    pub bias_hh: Vec<f64>,
    /// `W_hr` `[P, H]`, empty without projection
    pub hr: Vec<f64>,
    /// Gains `[G·H]` of the layer norms of `W_ih·x` and `W_hh·h`; these and the next two are empty without layer norm
    pub norm_ih: Vec<f64>,
    pub norm_hh: Vec<f64>,
    /// Gain and bias `[H]` of the layer norm of the LSTM's `c'`
    pub norm_c: Vec<f64>,
    pub norm_c_bias: Vec<f64>,
}

impl Weights {
    /// Zeros of the same shapes, to collect gradients in.
    pub fn zeros_like(&self) -> Self {
        let zeros = |values: &Vec<f64>| vec![0.0; values.len()];
        Self {
            ih: zeros(&self.ih),
            hh: zeros(&self.hh),
            bias_ih: zeros(&self.bias_ih),
            bias_hh: zeros(&self.bias_hh),
            hr: zeros(&self.hr),
            norm_ih: zeros(&self.norm_ih),
            norm_hh: zeros(&self.norm_hh),
            norm_c: zeros(&self.norm_c),
            norm_c_bias: zeros(&self.norm_c_bias),
        }
    }
}

/// What a step gives, and what its gradient needs.
#[derive(Clone, Debug, Default)]
pub struct Step {
    pub h: Vec<f64>,
    pub c: Vec<f64>,
    /// Activations, gate by gate, each `[H]`; the GRU's last is `q = W_hn·h + b_hn`.
    gates: Vec<Vec<f64>>,
    /// `W_ih·x`, `W_hh·h` and `c'` under layer norm, before gain and bias.
    normal: [Normalized; 3],
}

/// `(x − mean)/√(var + ε)`, and `1/√(var + ε)`.
#[derive(Clone, Debug, Default)]
struct Normalized {
    values: Vec<f64>,
    scale: f64,
}

/// As in PyTorch.
const EPSILON: f64 = 1e-5;

fn normalize(x: &[f64]) -> Normalized {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / x.len() as f64;
    let scale = 1.0 / (variance + EPSILON).sqrt();
    Normalized { values: x.iter().map(|x| (x - mean) * scale).collect(), scale }
}

/// The gradient of `x` from that of `x̂·gain`; that of the gain is added to `d_gain`.
fn normalize_backward(x: &Normalized, gain: &[f64], dy: &[f64], d_gain: &mut [f64]) -> Vec<f64> {
    add(d_gain, &times(dy, &x.values));
    let d = times(dy, gain);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (offset, slope) = (mean(&d), mean(&times(&d, &x.values)));
    d.iter().zip(&x.values).map(|(d, normal)| (d - offset - normal * slope) * x.scale).collect()
}

fn times(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a * b).collect()
}

/// The gradients of a step with respect to what went into it.
#[derive(Clone, Debug)]
pub struct StepGradient {
    pub x: Vec<f64>,
    pub h: Vec<f64>,
    pub c: Vec<f64>,
    /// The whole gradient of `c'`, its share through `h'` included.
    pub c_after: Vec<f64>,
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// `matrix·vector` of a `[rows, vector.len()]` matrix.
fn product(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    matrix.chunks_exact(vector.len()).map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum()).collect()
}

/// `matrixᵀ·vector` of a `[vector.len(), columns]` matrix.
fn product_transposed(matrix: &[f64], vector: &[f64], columns: usize) -> Vec<f64> {
    (0..columns).map(|column| vector.iter().enumerate().map(|(row, v)| v * matrix[row * columns + column]).sum()).collect()
}

/// `matrix += left·rightᵀ`.
fn add_outer(matrix: &mut [f64], left: &[f64], right: &[f64]) {
    for (row, l) in matrix.chunks_exact_mut(right.len()).zip(left) {
        row.iter_mut().zip(right).for_each(|(m, r)| *m += l * r);
    }
}

fn add(target: &mut [f64], values: &[f64]) {
    target.iter_mut().zip(values).for_each(|(t, v)| *t += v);
}

/// One step: `(h, c)` to `(h', c')`. `c` is empty for cells that have none.
///
/// - `mask` what `h` is multiplied with before `W_hh`
pub fn step(cell: Cell, weights: &Weights, x: &[f64], h: &[f64], c: &[f64], mask: &[f64]) -> Step {
    let mut from_x = product(&weights.ih, x);
    let mut from_h = product(&weights.hh, &times(h, mask));
    let mut normal = [Normalized::default(), Normalized::default(), Normalized::default()];
    let normed = !weights.norm_ih.is_empty();
    if normed {
        (normal[0], normal[1]) = (normalize(&from_x), normalize(&from_h));
        (from_x, from_h) = (times(&normal[0].values, &weights.norm_ih), times(&normal[1].values, &weights.norm_hh));
    }
    add(&mut from_x, &weights.bias_ih);
    add(&mut from_h, &weights.bias_hh);
    let units = from_x.len() / cell.gates();
    let (a, b) = (|gate: usize, unit: usize| from_x[gate * units + unit], |gate: usize, unit: usize| from_h[gate * units + unit]);
    let map = |f: &dyn Fn(usize) -> f64| (0..units).map(f).collect::<Vec<f64>>();
    match cell {
        Cell::Tanh => {
            let h = map(&|u| (a(0, u) + b(0, u)).tanh());
            Step { gates: vec![h.clone()], h, c: vec![], normal }
        }
        Cell::Relu => {
            let h = map(&|u| (a(0, u) + b(0, u)).max(0.0));
            Step { gates: vec![h.clone()], h, c: vec![], normal }
        }
        Cell::Lstm => {
            let i = map(&|u| sigmoid(a(0, u) + b(0, u)));
            let f = map(&|u| sigmoid(a(1, u) + b(1, u)));
            let g = map(&|u| (a(2, u) + b(2, u)).tanh());
            let o = map(&|u| sigmoid(a(3, u) + b(3, u)));
            let c_next = map(&|u| f[u] * c[u] + i[u] * g[u]);
            if normed {
                normal[2] = normalize(&c_next);
            }
            let output = times(&o, &squashed(weights, &c_next, &normal[2]));
            let h = if weights.hr.is_empty() { output } else { product(&weights.hr, &output) };
            Step { gates: vec![i, f, g, o], h, c: c_next, normal }
        }
        Cell::Gru => {
            let r = map(&|u| sigmoid(a(0, u) + b(0, u)));
            let z = map(&|u| sigmoid(a(1, u) + b(1, u)));
            let q = map(&|u| b(2, u));
            let n = map(&|u| (a(2, u) + r[u] * q[u]).tanh());
            let h = map(&|u| (1.0 - z[u]) * n[u] + z[u] * h[u]);
            Step { gates: vec![r, z, n, q], h, c: vec![], normal }
        }
    }
}

/// `tanh(c')`, or with layer norm `tanh(ĉ·gain + bias)`.
fn squashed(weights: &Weights, c: &[f64], normal: &Normalized) -> Vec<f64> {
    if weights.norm_c.is_empty() {
        return c.iter().map(|c| c.tanh()).collect();
    }
    let mut argument = times(&normal.values, &weights.norm_c);
    add(&mut argument, &weights.norm_c_bias);
    argument.iter().map(|a| a.tanh()).collect()
}

/// The gradient of [`step`] for the upstream gradients `dh`, `dc` of `h'`, `c'`; those of the parameters are added to `gradients`.
#[allow(clippy::too_many_arguments)]
pub fn step_backward(
    cell: Cell,
    weights: &Weights,
    x: &[f64],
    h: &[f64],
    c: &[f64],
    mask: &[f64],
    after: &Step,
    dh: &[f64],
    dc: &[f64],
    gradients: &mut Weights,
) -> StepGradient {
    let (mut da_x, mut da_h, direct_h, dc_before, dc_after) = match cell {
        Cell::Tanh => {
            let da: Vec<f64> = dh.iter().zip(&after.h).map(|(d, t)| d * (1.0 - t * t)).collect();
            (da.clone(), da, vec![0.0; h.len()], vec![], vec![])
        }
        Cell::Relu => {
            let da: Vec<f64> = dh.iter().zip(&after.h).map(|(d, t)| if *t > 0.0 { *d } else { 0.0 }).collect();
            (da.clone(), da, vec![0.0; h.len()], vec![], vec![])
        }
        Cell::Lstm => lstm_backward(weights, c, after, dh, dc, h.len(), gradients),
        Cell::Gru => gru_backward(h, after, dh),
    };
    add(&mut gradients.bias_ih, &da_x);
    add(&mut gradients.bias_hh, &da_h);
    if !weights.norm_ih.is_empty() {
        da_x = normalize_backward(&after.normal[0], &weights.norm_ih, &da_x, &mut gradients.norm_ih);
        da_h = normalize_backward(&after.normal[1], &weights.norm_hh, &da_h, &mut gradients.norm_hh);
    }
    add_outer(&mut gradients.ih, &da_x, x);
    add_outer(&mut gradients.hh, &da_h, &times(h, mask));
    let mut dh_before = times(&product_transposed(&weights.hh, &da_h, h.len()), mask);
    add(&mut dh_before, &direct_h);
    StepGradient { x: product_transposed(&weights.ih, &da_x, x.len()), h: dh_before, c: dc_before, c_after: dc_after }
}

type Gates = (Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>);

fn lstm_backward(weights: &Weights, c: &[f64], after: &Step, dh: &[f64], dc: &[f64], outputs: usize, gradients: &mut Weights) -> Gates {
    let units = c.len();
    let [i, f, g, o] = [0, 1, 2, 3].map(|gate| &after.gates[gate]);
    let t = squashed(weights, &after.c, &after.normal[2]);
    let d_output = if weights.hr.is_empty() {
        dh.to_vec()
    } else {
        add_outer(&mut gradients.hr, dh, &times(o, &t));
        product_transposed(&weights.hr, dh, units)
    };
    let mut d_squashed: Vec<f64> = (0..units).map(|u| d_output[u] * o[u] * (1.0 - t[u] * t[u])).collect();
    if !weights.norm_c.is_empty() {
        add(&mut gradients.norm_c_bias, &d_squashed);
        d_squashed = normalize_backward(&after.normal[2], &weights.norm_c, &d_squashed, &mut gradients.norm_c);
    }
    let mut da = vec![0.0; 4 * units];
    let mut dc_before = vec![0.0; units];
    add(&mut d_squashed, dc);
    let dc_after = d_squashed;
    for u in 0..units {
        let (t, dc) = (t[u], dc_after[u]);
        da[u] = dc * g[u] * i[u] * (1.0 - i[u]);
        da[units + u] = dc * c[u] * f[u] * (1.0 - f[u]);
        da[2 * units + u] = dc * i[u] * (1.0 - g[u] * g[u]);
        da[3 * units + u] = d_output[u] * t * o[u] * (1.0 - o[u]);
        dc_before[u] = dc * f[u];
    }
    (da.clone(), da, vec![0.0; outputs], dc_before, dc_after)
}

fn gru_backward(h: &[f64], after: &Step, dh: &[f64]) -> Gates {
    let units = h.len();
    let [r, z, n, q] = [0, 1, 2, 3].map(|gate| &after.gates[gate]);
    let (mut da_x, mut da_h) = (vec![0.0; 3 * units], vec![0.0; 3 * units]);
    for u in 0..units {
        let dn = dh[u] * (1.0 - z[u]) * (1.0 - n[u] * n[u]);
        let dr = dn * q[u] * r[u] * (1.0 - r[u]);
        let dz = dh[u] * (h[u] - n[u]) * z[u] * (1.0 - z[u]);
        (da_x[u], da_x[units + u], da_x[2 * units + u]) = (dr, dz, dn);
        (da_h[u], da_h[units + u], da_h[2 * units + u]) = (dr, dz, dn * r[u]);
    }
    let direct = (0..units).map(|u| dh[u] * z[u]).collect();
    (da_x, da_h, direct, vec![], vec![])
}
