//! Layer norm inside a cell: of both products, and of the LSTM's cell state on its way out (Ba, Kiros and Hinton 2016, equations 20 to 22).
//!
//! ```text
//! a  = norm(W_ih·x)·gain_ih + norm(W_hh·h)·gain_hh + b_ih + b_hh        norm(v) = (v − mean v)/√(var v + ε)
//! h' = o ⊙ tanh(norm(c')·gain_c + bias_c)
//! ```
//!
//! Mean and variance are of one row: all gates together. Padded units have no share in them, and stay 0.

use crate::activation::{sigmoid, tanh};
use crate::float::sqrt;
use crate::lanes::{dot, map, sum, sum_of, update};
use crate::math;
use crate::simd::{F32x4, NEGLIGIBLE};

/// What PyTorch's `LayerNorm` adds to the variance.
const EPSILON: f64 = 1e-5;

/// The places of the real units in a row of `gates` slots.
fn slots(gates: usize, hidden: usize, units: usize) -> impl Iterator<Item = core::ops::Range<usize>> {
    (0..gates).map(move |gate| gate * units..gate * units + hidden)
}

/// `x ← norm(x)`, row by row.
///
/// - `x`      `[N, gates·units]` in/out
/// - `scales` `[N]` out: `1/√(var + ε)`, which [`normalize_backward`] reads
pub fn normalize(gates: usize, hidden: usize, units: usize, x: &mut [f32], scales: &mut [f32]) {
    let count = (gates * hidden) as f64;
    for (row, scale) in x.chunks_exact_mut(gates * units).zip(scales) {
        let mean = slots(gates, hidden, units).map(|slot| sum_of(&row[slot])).sum::<f64>() / count;
        let mut squares = 0.0;
        for slot in slots(gates, hidden, units) {
            let padding = slot.end..slot.start + units;
            shift(&mut row[slot.clone()], -mean as f32);
            squares += dot(&row[slot.clone()], &row[slot]);
            row[padding].fill(0.0);
        }
        *scale = (1.0 / sqrt(squares / count + EPSILON)) as f32;
        crate::norm::scale(row, *scale);
    }
}

/// `x ← x + by`
#[inline(never)]
fn shift(x: &mut [f32], by: f32) {
    let by = F32x4::splat(by);
    map(x, |x| x.add(by));
}

/// `target ← start + x̂·gain`, row by row, for rows `stride` apart.
///
/// - `x`      `[N, columns]` of [`normalize`]
/// - `gain`   `[columns]`
/// - `start`  `[columns]`; what is there if none
/// - `target` rows of `columns`, in/out
pub fn add_scaled(x: &[f32], gain: &[f32], start: Option<&[f32]>, target: &mut [f32], stride: usize) {
    let columns = gain.len();
    for (x, row) in x.chunks_exact(columns).zip(target.chunks_mut(stride)) {
        match start {
            Some(start) => update([&mut row[..columns]], [x, gain, start], |_, [x, gain, start]| [x.madd(gain, start)]),
            None => update([&mut row[..columns]], [x, gain], |[sum], [x, gain]| [x.madd(gain, sum)]),
        }
    }
}

/// The gradient of `norm(x)·gain`: `dx = scale·(d − mean d − x̂·mean(d·x̂))` with `d = dy·gain`.
///
/// - `dy`     rows of `gates·units`, `stride` apart
/// - `x`      `[N, gates·units]` in: `x̂`, out: `dx`
/// - `scales` `[N]` of [`normalize`]
/// - `d_gain` `[gates·units]` in/out: `Σ dy·x̂` is added, last row first if `descending`
#[allow(clippy::too_many_arguments)]
pub fn normalize_backward(
    gates: usize,
    hidden: usize,
    units: usize,
    dy: &[f32],
    stride: usize,
    gain: &[f32],
    x: &mut [f32],
    scales: &[f32],
    d_gain: &mut [f32],
    descending: bool,
) {
    let count = (gates * hidden) as f64;
    for place in 0..scales.len() {
        let row = if descending { scales.len() - 1 - place } else { place };
        let (dy, x) = (&dy[row * stride..], &mut x[row * gates * units..][..gates * units]);
        let (mut offset, mut slope) = (0.0, 0.0);
        for slot in slots(gates, hidden, units) {
            let (dy, gain, x) = (&dy[slot.clone()], &gain[slot.clone()], &x[slot]);
            offset += sum([dy, gain], 0.0, |[dy, gain]| dy.mul(gain));
            slope += sum([dy, gain, x], 0.0, |[dy, gain, x]| dy.mul(gain).mul(x));
        }
        let (offset, slope) = (F32x4::splat((offset / count) as f32), F32x4::splat((slope / count) as f32));
        let scale = F32x4::splat(scales[row]);
        for slot in slots(gates, hidden, units) {
            update([&mut x[slot.clone()], &mut d_gain[slot.clone()]], [&dy[slot.clone()], &gain[slot]], |[x, d_gain], [dy, gain]| {
                [dy.mul(gain).sub(offset).sub(x.mul(slope)).mul(scale), dy.madd(x, d_gain)]
            });
        }
    }
}

/// Gain and bias `[units]` of the norm of the cell state, 0 in padded units.
#[derive(Clone, Copy)]
pub struct CellNorm<'a> {
    pub gain: &'a [f32],
    pub bias: &'a [f32],
}

#[inline(always)]
fn squash(c: F32x4, gain: F32x4, bias: F32x4) -> F32x4 {
    math::tanh(c.madd(gain, bias))
}

impl CellNorm<'_> {
    /// `target = tanh(ĉ·gain + bias)`, for one row.
    fn squash(&self, c: &[f32], target: &mut [f32]) {
        update([target], [c, self.gain, self.bias], |_, [c, gain, bias]| [squash(c, gain, bias)]);
    }
}

/// One step of an LSTM with layer norm, after the products.
///
/// - `gates`  `[N, 4H]` in: `a`, out: `[i f g o]`
/// - `c`      `[N, H]`  in: `c`, out: `c'`
/// - `c_norm` `[N, H]`  out: `norm(c')`
/// - `scales` `[N]`     out, for [`lstm_norm_step_backward`]
/// - `h`      `[N, H]`  out: `h'`
#[allow(clippy::too_many_arguments)]
pub fn lstm_norm_step(
    hidden: usize,
    units: usize,
    gates: &mut [f32],
    norm: CellNorm,
    c: &mut [f32],
    c_norm: &mut [f32],
    scales: &mut [f32],
    h: &mut [f32],
) {
    for ((gates, c), c_norm) in gates.chunks_exact_mut(4 * units).zip(c.chunks_exact_mut(units)).zip(c_norm.chunks_exact_mut(units)) {
        sigmoid(&mut gates[..2 * units]);
        tanh(&mut gates[2 * units..3 * units]);
        sigmoid(&mut gates[3 * units..]);
        let (i, f, g) = (&gates[..units], &gates[units..2 * units], &gates[2 * units..3 * units]);
        update([&mut *c], [i, f, g], |[c], [i, f, g]| [f.madd(c, i.mul(g))]);
        c_norm.copy_from_slice(c);
    }
    normalize(1, hidden, units, c_norm, scales);
    lstm_norm_output(units, gates, norm, c_norm, h);
}

/// `o ⊙ tanh(norm(c')·gain + bias)`: the output of a step, also from what it saved.
pub fn lstm_norm_output(units: usize, gates: &[f32], norm: CellNorm, c_norm: &[f32], output: &mut [f32]) {
    for ((gates, c_norm), output) in gates.chunks_exact(4 * units).zip(c_norm.chunks_exact(units)).zip(output.chunks_exact_mut(units)) {
        norm.squash(c_norm, output);
        update([output], [&gates[3 * units..]], |[t], [o]| [o.mul(t)]);
    }
}

/// The gradients of gain and bias of the norm of the cell state, added to.
pub struct CellNormGradient<'a> {
    pub gain: &'a mut [f32],
    pub bias: &'a mut [f32],
    /// The last row first.
    pub descending: bool,
}

/// The gradient of [`lstm_norm_step`]; returns `Σ dc'²`.
///
/// - `gates`    `[N, 4H]` in: `[i f g o]`, out: the gradients of the pre-activations
/// - `c_before` `[N, H]`  the cell state that the step started from
/// - `c_norm`   `[N, H]`  in: `norm(c')`, out: of no use
/// - `dh`       `[N, H]`  in: gradient of `h'`, out: of no use
/// - `dc`       `[N, H]`  in: gradient of `c'` from the step after, out: gradient of `c`
#[allow(clippy::too_many_arguments)]
pub fn lstm_norm_step_backward(
    hidden: usize,
    units: usize,
    gates: &mut [f32],
    norm: CellNorm,
    c_before: &[f32],
    c_norm: &mut [f32],
    scales: &[f32],
    dh: &mut [f32],
    dc: &mut [f32],
    gradient: &mut CellNormGradient,
) -> f64 {
    let (one, negligible) = (F32x4::splat(1.0), F32x4::splat(NEGLIGIBLE));
    let slope = |s: F32x4| s.mul(one.sub(s));
    let rows = scales.len();
    for place in 0..rows {
        let row = if gradient.descending { rows - 1 - place } else { place };
        let (o, dh) = (&mut gates[row * 4 * units..][3 * units..4 * units], &mut dh[row * units..][..units]);
        let c_norm = &c_norm[row * units..][..units];
        // `dh` becomes the gradient of tanh's argument.
        update([o, dh, gradient.bias], [c_norm, norm.gain, norm.bias], |[o, dh, sum], [c, gain, bias]| {
            // As in the cells without a norm: where gradients vanish, they would reach the denormal numbers.
            let (t, dh) = (squash(c, gain, bias), dh.zero_below(negligible));
            let d = dh.mul(o).mul(one.sub(t.mul(t)));
            [dh.mul(t).mul(slope(o)), d, sum.add(d)]
        });
    }
    normalize_backward(1, hidden, units, dh, units, norm.gain, c_norm, scales, gradient.gain, gradient.descending);
    let mut squares = 0.0;
    for row in 0..rows {
        let of_row = row * units..(row + 1) * units;
        let (dc, d_norm, c) = (&mut dc[of_row.clone()], &c_norm[of_row.clone()], &c_before[of_row]);
        update([&mut *dc], [d_norm], |[dc], [d]| [dc.zero_below(negligible).add(d)]);
        squares += crate::norm::sum_of_squares(dc);
        let (i_f, g) = gates[row * 4 * units..][..3 * units].split_at_mut(2 * units);
        let (i, f) = i_f.split_at_mut(units);
        update([i, f, g, dc], [c], |[i, f, g, dc], [c]| {
            [dc.mul(g).mul(slope(i)), dc.mul(c).mul(slope(f)), dc.mul(i).mul(one.sub(g.mul(g))), dc.mul(f)]
        });
    }
    squares
}
