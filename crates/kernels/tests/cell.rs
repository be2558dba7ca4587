//! Gradients on their way back through time: what has vanished, and NaN. (Values are compared with the reference in whole networks.)

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use unrolled_kernels::cell::{
    gru_step_backward, lstm_norm_step_backward, lstm_step_backward, rnn_step_backward, CellNorm, CellNormGradient, UNITS,
};
use unrolled_kernels::testing::Random;

/// Every gradient that a step of each cell leaves, if `gradient` is that of its states.
fn gradients(gradient: f32) -> Vec<f32> {
    let gates = || -> Vec<f32> { Random::new(1).floats(4 * UNITS).iter().map(|x| 0.5 + 0.4 * x).collect() };
    let state = Random::new(2).floats(UNITS);
    let (mut lstm, mut gru, mut tanh, mut relu) = (gates(), gates(), gates(), gates());
    let dh = [gradient; UNITS];
    let (mut dc, mut dh_gru) = (dh, dh);
    lstm_step_backward(1, UNITS, &mut lstm, &state, &dh, &mut dc);
    gru_step_backward(1, UNITS, &mut gru, &state, &mut dh_gru);
    rnn_step_backward(1, UNITS, false, &mut tanh[..UNITS], &dh);
    rnn_step_backward(1, UNITS, true, &mut relu[..UNITS], &dh);
    let (mut normed, mut c_norm, mut dh_normed, mut dc_normed) = (gates(), state.clone(), dh, dh);
    let (gain, bias) = (Random::new(3).floats(UNITS), Random::new(4).floats(UNITS));
    let (mut d_gain, mut d_bias) = ([0.0; UNITS], [0.0; UNITS]);
    let norm = CellNorm { gain: &gain, bias: &bias };
    let mut sums = CellNormGradient { gain: &mut d_gain, bias: &mut d_bias, descending: true };
    lstm_norm_step_backward(UNITS, UNITS, &mut normed, norm, &state, &mut c_norm, &[1.0], &mut dh_normed, &mut dc_normed, &mut sums);
    [&lstm[..], &gru, &tanh[..UNITS], &relu[..UNITS], &dc, &dh_gru, &normed, &dc_normed].concat()
}

#[test]
fn a_gradient_that_has_vanished_is_zero_and_no_denormal_number() {
    assert!(gradients(1e-29).iter().any(|x| *x != 0.0));
    for gradient in [1e-31, -1e-31, 1e-38, 1e-42] {
        assert!(gradients(gradient).iter().all(|x| *x == 0.0), "{gradient:e}: {:?}", gradients(gradient));
    }
}

#[test]
fn a_gradient_that_is_nan_stays_nan() {
    assert!(gradients(f32::NAN).iter().all(|x| x.is_nan()));
}
