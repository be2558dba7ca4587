use super::{for_each_group, Units};

/// One step of an Elman network, after the two matrix products.
///
/// ```text
/// h' = tanh(a) or max(a, 0)        a = W_ih·x + b_ih + W_hh·h + b_hh
/// ```
///
/// - `gates` `[N, H]` in: `a`, out: `h'`, which [`rnn_step_backward`] reads
/// - `h`     `[N, H]` out: `h'`
pub fn rnn_step(rows: usize, units: usize, relu: bool, gates: &mut [f32], h: &mut [f32]) {
    assert!(gates.len() >= rows * units && h.len() >= rows * units);
    let (gates, h) = (gates.as_mut_ptr(), h.as_mut_ptr());
    for_each_group(rows, units, 1, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of UNITS.
        unsafe {
            let a = Units::load(gates.add(slot));
            let next = if relu { a.relu() } else { a.tanh() };
            next.store(gates.add(slot));
            next.store(h.add(unit));
        }
    });
}

/// The gradient of [`rnn_step`].
///
/// ```text
/// da = dh' ⊙ (1 − h'²)  or  dh' where h' > 0
/// ```
///
/// - `gates` `[N, H]` in: `h'`, out: `da`
/// - `dh`    `[N, H]` gradient of `h'`
pub fn rnn_step_backward(rows: usize, units: usize, relu: bool, gates: &mut [f32], dh: &[f32]) {
    assert!(gates.len() >= rows * units && dh.len() >= rows * units);
    let (gates, dh) = (gates.as_mut_ptr(), dh.as_ptr());
    for_each_group(rows, units, 1, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of UNITS.
        unsafe {
            let h = Units::load(gates.add(slot));
            let dh = Units::load_gradient(dh.add(unit));
            let da = if relu { dh.where_positive(h) } else { dh * h.tanh_slope() };
            da.store(gates.add(slot));
        }
    });
}
