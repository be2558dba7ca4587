use super::{for_each_group, Units};
use crate::activation::{sigmoid, tanh};

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
    for row in gates.chunks_exact_mut(4 * units).take(rows) {
        let (i_f, g_o) = row.split_at_mut(2 * units);
        let (g, o) = g_o.split_at_mut(units);
        sigmoid(i_f);
        tanh(g);
        sigmoid(o);
    }
    let (gates, c, h) = (gates.as_ptr(), c.as_mut_ptr(), h.as_mut_ptr());
    for_each_group(rows, units, 4, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of UNITS.
        unsafe {
            let a = gates.add(slot);
            let (i, f) = (Units::load(a), Units::load(a.add(units)));
            let (g, o) = (Units::load(a.add(2 * units)), Units::load(a.add(3 * units)));
            let c_next = next_cell(i, f, g, Units::load(c.add(unit)));
            c_next.store(c.add(unit));
            (o * c_next.tanh()).store(h.add(unit));
        }
    });
}

/// `c' = f ⊙ c + i ⊙ g`, with the same roundings wherever it is recomputed.
#[inline(always)]
fn next_cell(i: Units, f: Units, g: Units, c: Units) -> Units {
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
    for_each_group(rows, units, 4, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of UNITS.
        unsafe {
            let a = gates.add(slot);
            let i = Units::load(a);
            let f = Units::load(a.add(units));
            let g = Units::load(a.add(2 * units));
            let o = Units::load(a.add(3 * units));
            let c = Units::load(c_before.add(unit));
            let dh = Units::load_gradient(dh.add(unit));
            let t = next_cell(i, f, g, c).tanh();
            let dc_next = (dh * o).madd(t.tanh_slope(), Units::load_gradient(dc.add(unit)));
            (dc_next * g * i.sigmoid_slope()).store(a);
            (dc_next * c * f.sigmoid_slope()).store(a.add(units));
            (dc_next * i * g.tanh_slope()).store(a.add(2 * units));
            (dh * t * o.sigmoid_slope()).store(a.add(3 * units));
            (dc_next * f).store(dc.add(unit));
        }
    });
}

/// `Σ dc'²` of [`lstm_step_backward`], before it has run: the whole gradient of the cell state after the step.
pub fn lstm_cell_gradient_squares(rows: usize, units: usize, gates: &[f32], c_before: &[f32], dh: &[f32], dc: &[f32]) -> f64 {
    assert!(gates.len() >= rows * 4 * units && c_before.len() >= rows * units && dh.len() >= rows * units && dc.len() >= rows * units);
    let (gates, c_before, dh, dc) = (gates.as_ptr(), c_before.as_ptr(), dh.as_ptr(), dc.as_ptr());
    let mut sum = 0.0;
    for_each_group(rows, units, 4, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of UNITS.
        unsafe {
            let a = gates.add(slot);
            let (i, f) = (Units::load(a), Units::load(a.add(units)));
            let (g, o) = (Units::load(a.add(2 * units)), Units::load(a.add(3 * units)));
            let t = next_cell(i, f, g, Units::load(c_before.add(unit))).tanh();
            let dc_next = (Units::load(dh.add(unit)) * o).madd(t.tanh_slope(), Units::load(dc.add(unit)));
            sum += dc_next.sum_of_squares();
        }
    });
    sum
}

/// `o ⊙ tanh(c')` again, from what a step saved: what the projection `W_hr` was multiplied with.
///
/// - `gates`    `[N, 4H]` `[i f g o]` of the step
/// - `c_before` `[N, H]`  the cell state that the step started from
/// - `output`   `[N, H]`  out
pub fn lstm_output(rows: usize, units: usize, gates: &[f32], c_before: &[f32], output: &mut [f32]) {
    assert!(gates.len() >= rows * 4 * units && c_before.len() >= rows * units && output.len() >= rows * units);
    let (gates, c_before, output) = (gates.as_ptr(), c_before.as_ptr(), output.as_mut_ptr());
    for_each_group(rows, units, 4, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of UNITS.
        unsafe {
            let a = gates.add(slot);
            let (i, f) = (Units::load(a), Units::load(a.add(units)));
            let (g, o) = (Units::load(a.add(2 * units)), Units::load(a.add(3 * units)));
            (o * next_cell(i, f, g, Units::load(c_before.add(unit))).tanh()).store(output.add(unit));
        }
    });
}
