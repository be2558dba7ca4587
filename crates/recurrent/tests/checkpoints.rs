//! Networks that save checkpoints alone: the same bits, in less room.

mod common;

use common::{any_case, case, numbers, run, CELLS};
use unrolled_kernels::cell::Cell;
use unrolled_kernels::testing::Random;
use unrolled_recurrent::{Dims, Network};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn bits(case: &common::Case) -> Vec<(&'static str, u64)> {
    let (outputs, gradients) = run(case);
    numbers(&outputs, &gradients).into_iter().map(|(name, number)| (name, number.to_bits())).collect()
}

#[test]
fn no_result_depends_on_checkpoints() {
    let mut random = Random::new(21);
    for cell in CELLS {
        for _ in 0..100 {
            // Lengths are below 9, so a span may also be the whole.
            let mut case = any_case(&mut random, cell);
            let every = 1 + random.below(10);
            let expected = bits(&case);
            case.checkpoint_every = every;
            assert_eq!(bits(&case), expected, "{every}: {:?} {:?}", case.dims, case.lengths);
        }
    }
}

#[test]
fn nor_on_spans_of_many_steps() {
    let mut random = Random::new(22);
    for (cell, projection) in [(Cell::Tanh, 0), (Cell::Relu, 0), (Cell::Gru, 0), (Cell::Lstm, 0), (Cell::Lstm, 5)] {
        let dims = Dims { cell, input: 3, hidden: 11, projection, layers: 3, directions: 2, bias: true, layer_norm: false };
        for lengths in [vec![307], vec![150, 149, 75, 40, 1, 0], vec![0, 0]] {
            let mut case = case(&mut random, dims, lengths, Some((0.3, vec![5, 6])));
            let expected = bits(&case);
            for every in [1, 2, 17, 75, 150, 1000, u32::MAX as usize] {
                case.checkpoint_every = every;
                assert_eq!(bits(&case), expected, "{every}: {:?} {:?}", case.dims, case.lengths);
            }
        }
    }
}

/// Sizes from which products use wide panels, where a span's rows are cut into tiles otherwise than those of the whole.
#[test]
fn nor_in_wide_networks() {
    let mut random = Random::new(23);
    for cell in CELLS {
        let dims = Dims { cell, input: 97, hidden: 101, projection: 0, layers: 2, directions: 1, bias: true, layer_norm: false };
        let mut case = case(&mut random, dims, vec![9, 9, 7, 2], None);
        let expected = bits(&case);
        for every in [2, 4] {
            case.checkpoint_every = every;
            assert_eq!(bits(&case), expected, "{every}: {:?}", case.dims);
        }
    }
}

/// `[saved, scratch of forward, scratch of backward]`
fn lengths(network: &Network, steps: usize, batch: usize) -> [u64; 3] {
    let rows = steps * batch;
    [
        network.saved_len(steps, batch, rows),
        network.forward_scratch_len(batch, rows, true, false),
        network.backward_scratch_len(batch, rows, false),
    ]
}

#[test]
fn what_is_saved_is_inputs_and_checkpoints() {
    let (steps, every, units) = (5000, 71, 128);
    for (cell, layers, directions, state) in [(Cell::Lstm, 1, 1, 2), (Cell::Lstm, 3, 2, 2), (Cell::Gru, 2, 1, 1), (Cell::Tanh, 1, 2, 1)] {
        let dims = Dims { cell, input: 16, hidden: units, projection: 0, layers, directions, bias: true, layer_norm: false };
        for batch in [1, 4] {
            let all = lengths(&Network::new(dims), steps, batch);
            let few = lengths(&Network::new(dims).with_checkpoints(every), steps, batch);
            let inputs = (layers - 1) * directions * units;
            let step = (cell.slots() + state) * units;
            assert_eq!(all[0], (batch * steps * (layers * directions * step + inputs)) as u64);
            assert_eq!(few[0], (batch * (71 * layers * directions * state * units + steps * inputs)) as u64);
            // Forward needs the step matrices of one chunk, backward one span and a running state.
            assert!(few[1] <= all[1] + (128 * cell.slots() * units) as u64);
            assert!(few[2] <= all[2] + (batch * (every * step + state * units) + units) as u64);
        }
    }
}

#[test]
fn spans_that_are_longer_than_anything_need_no_more_than_all_steps() {
    let dims = Dims { cell: Cell::Lstm, input: 16, hidden: 128, projection: 0, layers: 1, directions: 1, bias: true, layer_norm: false };
    let network = Network::new(dims).with_checkpoints(usize::MAX);
    assert_eq!(lengths(&network, 50, 3), lengths(&Network::new(dims).with_checkpoints(50), 50, 3));
}
