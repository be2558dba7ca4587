use super::{for_each_vector, sigmoid_slope, tanh_slope};
use crate::math::{sigmoid, tanh};
use crate::simd::F32x4;

/// One LSTM time step, after the two matrix products.
///
/// ```text
/// [i f g o] = [σ(a_i) σ(a_f) tanh(a_g) σ(a_o)]      a = W_ih·x + b_ih + W_hh·h + b_hh
/// c' = f ⊙ c + i ⊙ g
/// h' = o ⊙ tanh(c')
/// ```
///
/// - `gates` `[N, 4H]` in: `a`, out: `[i f g o]`, which [`lstm_step_backward`] reads
/// - `c`     `[N, H]`  in: `c`, out: `c'`
/// - `h`     `[N, H]`  out: `h'`
///
/// `tanh(c')` is not stored: recomputing it costs less than another `[T, N, H]` buffer.
pub fn lstm_step(rows: usize, units: usize, gates: &mut [f32], c: &mut [f32], h: &mut [f32]) {
    assert!(gates.len() >= rows * 4 * units && c.len() >= rows * units && h.len() >= rows * units);
    let (gates, c, h) = (gates.as_mut_ptr(), c.as_mut_ptr(), h.as_mut_ptr());
    for_each_vector(rows, units, 4, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of the vector's width.
        unsafe {
            let a = gates.add(slot);
            let i = sigmoid(F32x4::load(a));
            let f = sigmoid(F32x4::load(a.add(units)));
            let g = tanh(F32x4::load(a.add(2 * units)));
            let o = sigmoid(F32x4::load(a.add(3 * units)));
            let c_next = next_cell(i, f, g, F32x4::load(c.add(unit)));
            c_next.store(c.add(unit));
            (o * tanh(c_next)).store(h.add(unit));
            i.store(a);
            f.store(a.add(units));
            g.store(a.add(2 * units));
            o.store(a.add(3 * units));
        }
    });
}

/// `c' = f ⊙ c + i ⊙ g`, with the same roundings wherever it is recomputed.
#[inline(always)]
fn next_cell(i: F32x4, f: F32x4, g: F32x4, c: F32x4) -> F32x4 {
    f.madd(c, i * g)
}

/// The gradient of [`lstm_step`].
///
/// ```text
/// dc' = dc + dh ⊙ o ⊙ (1 − tanh²c')
/// da_i = dc' ⊙ g ⊙ i(1 − i)        da_f = dc' ⊙ c ⊙ f(1 − f)
/// da_g = dc' ⊙ i ⊙ (1 − g²)        da_o = dh ⊙ tanh(c') ⊙ o(1 − o)
/// dc  = dc' ⊙ f
/// ```
///
/// - `gates`    `[N, 4H]` in: `[i f g o]` of the step, out: `[da_i da_f da_g da_o]`
/// - `c_before` `[N, H]`  the cell state that the step started from
/// - `dh`       `[N, H]`  gradient of `h'`
/// - `dc`       `[N, H]`  in: gradient of `c'` from the step after, out: gradient of `c`
pub fn lstm_step_backward(rows: usize, units: usize, gates: &mut [f32], c_before: &[f32], dh: &[f32], dc: &mut [f32]) {
    assert!(gates.len() >= rows * 4 * units && c_before.len() >= rows * units && dh.len() >= rows * units && dc.len() >= rows * units);
    let (gates, c_before, dh, dc) = (gates.as_mut_ptr(), c_before.as_ptr(), dh.as_ptr(), dc.as_mut_ptr());
    for_each_vector(rows, units, 4, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of the vector's width.
        unsafe {
            let a = gates.add(slot);
            let i = F32x4::load(a);
            let f = F32x4::load(a.add(units));
            let g = F32x4::load(a.add(2 * units));
            let o = F32x4::load(a.add(3 * units));
            let c = F32x4::load(c_before.add(unit));
            let dh = F32x4::load(dh.add(unit));
            let t = tanh(next_cell(i, f, g, c));
            let dc_next = (dh * o).madd(tanh_slope(t), F32x4::load(dc.add(unit)));
            (dc_next * g * sigmoid_slope(i)).store(a);
            (dc_next * c * sigmoid_slope(f)).store(a.add(units));
            (dc_next * i * tanh_slope(g)).store(a.add(2 * units));
            (dh * t * sigmoid_slope(o)).store(a.add(3 * units));
            (dc_next * f).store(dc.add(unit));
        }
    });
}

/// `o ⊙ tanh(c')` again, from what a step saved: what the projection `W_hr` was multiplied with.
///
/// - `gates`    `[N, 4H]` `[i f g o]` of the step
/// - `c_before` `[N, H]`  the cell state that the step started from
/// - `output`   `[N, H]`  out
pub fn lstm_output(rows: usize, units: usize, gates: &[f32], c_before: &[f32], output: &mut [f32]) {
    assert!(gates.len() >= rows * 4 * units && c_before.len() >= rows * units && output.len() >= rows * units);
    let (gates, c_before, output) = (gates.as_ptr(), c_before.as_ptr(), output.as_mut_ptr());
    for_each_vector(rows, units, 4, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of the vector's width.
        unsafe {
            let a = gates.add(slot);
            let (i, f) = (F32x4::load(a), F32x4::load(a.add(units)));
            let (g, o) = (F32x4::load(a.add(2 * units)), F32x4::load(a.add(3 * units)));
            (o * tanh(next_cell(i, f, g, F32x4::load(c_before.add(unit))))).store(output.add(unit));
        }
    });
}
