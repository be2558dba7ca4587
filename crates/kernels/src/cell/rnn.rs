use super::{for_each_vector, tanh_slope};
use crate::math::tanh;
use crate::simd::F32x4;

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
    for_each_vector(rows, units, 1, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of the vector's width.
        unsafe {
            let a = F32x4::load(gates.add(slot));
            let next = if relu { a.at_least(F32x4::splat(0.0)) } else { tanh(a) };
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
    for_each_vector(rows, units, 1, |slot, unit| {
        // SAFETY: the lengths were checked, and units is a multiple of the vector's width.
        unsafe {
            let h = F32x4::load(gates.add(slot));
            let dh = F32x4::load(dh.add(unit));
            let da = if relu { h.select_positive(dh, F32x4::splat(0.0)) } else { dh * tanh_slope(h) };
            da.store(gates.add(slot));
        }
    });
}
