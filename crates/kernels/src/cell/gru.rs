use super::{for_each_group, Units};
use crate::activation::sigmoid;

/// One GRU time step, after the two matrix products. The reset gate acts after the product, as in PyTorch and cuDNN.
///
/// ```text
/// r = σ(W_ir·x + b_ir + W_hr·h + b_hr)        q = W_hn·h + b_hn
/// z = σ(W_iz·x + b_iz + W_hz·h + b_hz)        n = tanh(W_in·x + b_in + r ⊙ q)
/// h' = (1 − z) ⊙ n + z ⊙ h = n + z ⊙ (h − n)
/// ```
///
/// - `gates` `[N, 4H]` in: `[a_n a_r a_z q]` with `a_n = W_in·x + b_in`, out: `[n r z q]`, which [`gru_step_backward`] reads
/// - `h`     `[N, H]`  in: `h`, out: `h'`
pub fn gru_step(rows: usize, units: usize, gates: &mut [f32], h: &mut [f32]) {
    assert!(gates.len() >= rows * 4 * units && h.len() >= rows * units);
    for row in gates.chunks_exact_mut(4 * units).take(rows) {
        sigmoid(&mut row[units..3 * units]);
    }
    let (gates, h) = (gates.as_mut_ptr(), h.as_mut_ptr());
    for_each_group(rows, units, 4, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of UNITS.
        unsafe {
            let a = gates.add(slot);
            let r = Units::load(a.add(units));
            let z = Units::load(a.add(2 * units));
            let q = Units::load(a.add(3 * units));
            let n = r.madd(q, Units::load(a)).tanh();
            z.madd(Units::load(h.add(unit)) - n, n).store(h.add(unit));
            n.store(a);
        }
    });
}

/// The gradient of [`gru_step`].
///
/// ```text
/// da_n = dh' ⊙ (1 − z) ⊙ (1 − n²)        dq = da_n ⊙ r
/// da_z = dh' ⊙ (h − n) ⊙ z(1 − z)        da_r = da_n ⊙ q ⊙ r(1 − r)
/// dh   = dh' ⊙ z  + W_hhᵀ·[da_r da_z dq], the product being the caller's
/// ```
///
/// - `gates`    `[N, 4H]` in: `[n r z q]` of the step, out: `[da_n da_r da_z dq]`
/// - `h_before` `[N, H]`  the state that the step started from
/// - `dh`       `[N, H]`  in: gradient of `h'`, out: `dh' ⊙ z`
pub fn gru_step_backward(rows: usize, units: usize, gates: &mut [f32], h_before: &[f32], dh: &mut [f32]) {
    assert!(gates.len() >= rows * 4 * units && h_before.len() >= rows * units && dh.len() >= rows * units);
    let (gates, h_before, dh) = (gates.as_mut_ptr(), h_before.as_ptr(), dh.as_mut_ptr());
    for_each_group(rows, units, 4, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of UNITS.
        unsafe {
            let a = gates.add(slot);
            let n = Units::load(a);
            let r = Units::load(a.add(units));
            let z = Units::load(a.add(2 * units));
            let q = Units::load(a.add(3 * units));
            let dh_next = Units::load_gradient(dh.add(unit));
            let da_n = dh_next * z.complement() * n.tanh_slope();
            da_n.store(a);
            (da_n * q * r.sigmoid_slope()).store(a.add(units));
            (dh_next * (Units::load(h_before.add(unit)) - n) * z.sigmoid_slope()).store(a.add(2 * units));
            (da_n * r).store(a.add(3 * units));
            (dh_next * z).store(dh.add(unit));
        }
    });
}
