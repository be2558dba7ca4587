//! Random networks against the reference in `f64`.

mod common;

use common::{any_case, assert_close, case, numbers, run, Case, CELLS};
use unrolled_kernels::cell::Cell;
use unrolled_kernels::testing::Random;
use unrolled_recurrent::reference::Series;
use unrolled_recurrent::{reference, ChunkRows, Dims};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn assert_equals_reference(case: &Case, tolerance: f64) {
    let (outputs, gradients) = run(case);
    let expected = reference::forward(&case.dims, &case.inputs);
    let expected_gradients = reference::backward(&case.dims, &case.inputs, &case.upstream);
    assert_close(case, &numbers(&outputs, &gradients), &numbers(&expected, &expected_gradients), tolerance);
}

fn check(cell: Cell, seed: u64) {
    let mut random = Random::new(seed);
    for _ in 0..150 {
        let mut case = any_case(&mut random, cell);
        if random.below(2) == 0 {
            case = case.with_extras(&mut random);
        }
        // Few units may have nearly equal values: the division by their deviation then magnifies every rounding.
        assert_equals_reference(&case, if case.dims.layer_norm { 1e-3 } else { 4e-6 });
    }
}

#[test]
fn random_tanh_networks_equal_the_reference() {
    check(Cell::Tanh, 1);
}

#[test]
fn random_relu_networks_equal_the_reference() {
    check(Cell::Relu, 2);
}

#[test]
fn random_lstm_networks_equal_the_reference() {
    check(Cell::Lstm, 3);
}

#[test]
fn random_gru_networks_equal_the_reference() {
    check(Cell::Gru, 4);
}

/// Sizes around the one from which products use wide panels.
#[test]
fn wide_networks_equal_the_reference() {
    let mut random = Random::new(9);
    for cell in CELLS {
        for (input, hidden, projection) in [(89, 93, 0), (96, 97, 0), (5, 130, 0), (101, 108, 95)] {
            let projection = if cell == Cell::Lstm { projection } else { 0 };
            let dims = Dims { cell, input, hidden, projection, layers: 2, directions: 2, bias: true, layer_norm: false };
            assert_equals_reference(&case(&mut random, dims, vec![3, 3, 2, 1, 1], None), 4e-6);
        }
    }
}

#[test]
fn networks_with_layer_norm_equal_the_reference() {
    let mut random = Random::new(10);
    for cell in CELLS {
        for (hidden, projection) in [(13, 0), (24, 0), (101, 0), (21, 9)] {
            let projection = if cell == Cell::Lstm { projection } else { 0 };
            let dims = Dims { cell, input: 17, hidden, projection, layers: 2, directions: 2, bias: true, layer_norm: true };
            let case = case(&mut random, dims, vec![5, 4, 2, 1, 0], Some((0.3, vec![8]))).with_extras(&mut random);
            assert_equals_reference(&case, 2e-5);
        }
    }
}

#[test]
fn no_result_depends_on_how_time_is_cut_into_chunks() {
    let mut random = Random::new(5);
    for cell in CELLS {
        for _ in 0..20 {
            let mut case = any_case(&mut random, cell);
            let (outputs, gradients) = run(&case);
            case.chunk = ChunkRows::default();
            let (whole_outputs, whole_gradients) = run(&case);
            assert_eq!(numbers(&outputs, &gradients), numbers(&whole_outputs, &whole_gradients), "{:?}", case.dims);
        }
    }
}

#[test]
fn a_sequence_gives_the_same_bits_alone_as_in_a_batch() {
    let mut random = Random::new(6);
    for cell in CELLS {
        let dims = Dims { cell, input: 5, hidden: 11, projection: 0, layers: 2, directions: 2, bias: true, layer_norm: false };
        let whole = case(&mut random, dims, vec![7, 7, 6, 4, 4, 1, 0], None);
        let (outputs, gradients) = run(&whole);
        for sequence in 0..whole.lengths.len() {
            let (alone, alone_gradients) = run(&only(&whole, sequence));
            assert_eq!(alone.y[0], outputs.y[sequence], "{cell:?} {sequence}");
            assert_eq!(alone_gradients.x[0], gradients.x[sequence], "{cell:?} {sequence}");
            for run in 0..dims.runs() {
                assert_eq!(alone.hn[run][0], outputs.hn[run][sequence]);
                assert_eq!(alone_gradients.h0[run][0], gradients.h0[run][sequence]);
            }
        }
    }
}

/// One sequence of a case.
fn only(whole: &Case, sequence: usize) -> Case {
    let one = |states: &[Vec<Vec<f64>>]| states.iter().map(|states| vec![states[sequence].clone()]).collect::<Vec<_>>();
    let mut inputs = whole.inputs.clone();
    inputs.x = vec![whole.inputs.x[sequence].clone()];
    (inputs.h0, inputs.c0) = (one(&whole.inputs.h0), one(&whole.inputs.c0));
    let mut upstream = whole.upstream.clone();
    upstream.y = vec![whole.upstream.y[sequence].clone()];
    (upstream.hn, upstream.cn) = (one(&whole.upstream.hn), one(&whole.upstream.cn));
    let one = |runs: &[Vec<Series>]| runs.iter().map(|sequences| vec![sequences[sequence].clone()]).collect::<Vec<_>>();
    (upstream.h, upstream.c) = (one(&whole.upstream.h), one(&whole.upstream.c));
    Case {
        dims: whole.dims,
        lengths: vec![whole.lengths[sequence]],
        inputs,
        upstream,
        dropout: None,
        recurrent_dropout: None,
        chunk: whole.chunk,
        checkpoint_every: 0,
    }
}

#[test]
fn a_sequence_without_steps_keeps_its_state() {
    let mut random = Random::new(7);
    for cell in CELLS {
        let dims = Dims { cell, input: 3, hidden: 5, projection: 0, layers: 1, directions: 2, bias: true, layer_norm: false };
        for lengths in [vec![2, 0], vec![0, 0]] {
            let case = case(&mut random, dims, lengths, None);
            let (outputs, gradients) = run(&case);
            for run in 0..dims.runs() {
                assert_eq!(outputs.hn[run][1], case.inputs.h0[run][1]);
                assert_eq!(gradients.h0[run][1], case.upstream.hn[run][1]);
            }
        }
    }
}

/// FNV-1a over the bits of every output and gradient. The number is what the scalar build gives; the simd128 build has to give it too.
#[test]
#[cfg(not(target_feature = "relaxed-simd"))]
fn scalar_and_simd128_give_the_same_bits() {
    let mut random = Random::new(8);
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for cell in CELLS {
        for _ in 0..10 {
            let (outputs, gradients) = run(&any_case(&mut random, cell));
            for (_, number) in numbers(&outputs, &gradients) {
                hash = (hash ^ u64::from((number as f32).to_bits())).wrapping_mul(0x0100_0000_01B3);
            }
        }
    }
    assert_eq!(hash, 0x2E37_C4D5_ED7B_EDFC);
}
