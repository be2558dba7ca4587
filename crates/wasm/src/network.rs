//! Recurrent networks: one call for a whole sequence, forward or backward.

use crate::slices::{read, read_if, write, write_if};
use alloc::boxed::Box;
use alloc::vec::Vec;
use unrolled_kernels::cell::Cell;
use unrolled_recurrent::{
    Backward, Dims, Dropout, Extras, Forward, Network, NormParameters, Parameters, Part, RunGradients, Sequence, States,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// Pointers of one layer and direction in a table: `W_ih W_hh b_ih b_hh W_hr`, with layer norm the gains of `W_ih·x`, `W_hh·h` and `c'` and the bias
/// of the last; 0 for what there is not.
const TABLE_WIDTH: usize = 9;

/// A network of these sizes, as a handle for the other functions. `cell` is 0 tanh, 1 relu, 2 LSTM, 3 GRU; `checkpoint_every` may be 0.
#[allow(clippy::too_many_arguments)]
#[wasm_bindgen]
pub fn network_new(
    cell: u32,
    input: usize,
    hidden: usize,
    projection: usize,
    layers: usize,
    directions: usize,
    bias: bool,
    layer_norm: bool,
    checkpoint_every: usize,
) -> usize {
    let cell = [Cell::Tanh, Cell::Relu, Cell::Lstm, Cell::Gru][cell as usize];
    let dims = Dims { cell, input, hidden, projection, layers, directions, bias, layer_norm };
    Box::into_raw(Box::new(Network::new(dims).with_checkpoints(checkpoint_every))) as usize
}

/// Frees what [`network_new`] made.
#[wasm_bindgen]
pub fn network_free(network: usize) {
    // SAFETY: TypeScript frees a handle once (ts/nn/recurrent).
    drop(unsafe { Box::from_raw(network as *mut Network) });
}

fn network<'a>(handle: usize) -> &'a Network {
    // SAFETY: the handle is of `network_new` and not freed.
    unsafe { &*(handle as *const Network) }
}

#[wasm_bindgen]
pub fn network_packed_length(handle: usize) -> f64 {
    network(handle).packed_len() as f64
}

#[wasm_bindgen]
pub fn network_saved_length(handle: usize, steps: usize, batch: usize, rows: usize) -> f64 {
    network(handle).saved_len(steps, batch, rows) as f64
}

#[wasm_bindgen]
pub fn network_forward_scratch(handle: usize, batch: usize, rows: usize, saving: bool, masked: bool) -> f64 {
    network(handle).forward_scratch_len(batch, rows, saving, masked) as f64
}

#[wasm_bindgen]
pub fn network_backward_scratch(handle: usize, batch: usize, rows: usize, masked: bool) -> f64 {
    network(handle).backward_scratch_len(batch, rows, masked) as f64
}

/// Lengths of a layer's parameters in the order of the table.
fn parameter_lengths(dims: &Dims, run: usize) -> [usize; TABLE_WIDTH] {
    let rows = dims.cell.gates() * dims.hidden;
    let input = dims.layer_input(run / dims.directions);
    [rows * input, rows * dims.output(), rows, rows, dims.projection * dims.hidden, rows, rows, dims.hidden, dims.hidden]
}

/// Packs a part of all weights: 0 what forward reads; for backward 1 what goes from step to step, 2 from layer to layer, 3 to the input.
///
/// - `table` `[runs, 9]` pointers to the parameters
/// - `packed` `[network_packed_length]`
#[wasm_bindgen]
pub fn network_pack(handle: usize, table: usize, packed: usize, part: usize) {
    let network = network(handle);
    let dims = network.dims();
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let packed = write(packed, network.packed_len() as usize);
        for (run, pointers) in read::<u32>(table, dims.runs() * TABLE_WIDTH).chunks_exact(TABLE_WIDTH).enumerate() {
            let lengths = parameter_lengths(dims, run);
            let parameter = |which: usize| read_if(pointers[which] as usize, lengths[which]);
            let parameters = Parameters {
                ih: read(pointers[0] as usize, lengths[0]),
                hh: read(pointers[1] as usize, lengths[1]),
                bias: parameter(2).zip(parameter(3)),
                hr: parameter(4),
                norm: parameter(5).zip(parameter(6)).map(|(ih, hh)| NormParameters { ih, hh, c: parameter(7).zip(parameter(8)) }),
            };
            network.pack(Part::ALL[part], run, &parameters, packed);
        }
    }
}

/// # Safety
/// `offsets` is valid for reading `[steps + 1]`.
unsafe fn sequence<'a>(offsets: usize, steps: usize, batch: usize) -> Sequence<'a> {
    // SAFETY: by contract.
    Sequence::new(unsafe { read(offsets, steps + 1) }, batch)
}

/// What most calls do without, as TypeScript writes it: pointers may be 0.
#[derive(Clone, Copy, Default)]
#[repr(C)]
struct Rare {
    /// Dropout: the probability, and `[layers − 1]` seeds
    p: f32,
    seeds: u32,
    /// Recurrent dropout: the probability, and `[runs]` seeds
    recurrent_p: f32,
    recurrent_seeds: u32,
    /// `[R]` int32, not 0: the state is zero before this row's step
    reset: u32,
    /// `[runs, R, Hout]` the states after each step, out; in backward their gradients; with `states_c` `[runs, R, H]` if there are cell states
    states_h: u32,
    states_c: u32,
    /// `[runs, T, 2]` f64 out: `Σ (∂L/∂h_t)²` and `Σ (∂L/∂c_t)²`
    squares: u32,
}

impl Rare {
    /// # Safety
    /// `pointer` is 0 or valid for reading one.
    unsafe fn at(pointer: usize) -> Self {
        // SAFETY: by contract.
        unsafe { read_if(pointer, 1) }.map_or_else(Self::default, |rare: &[Self]| rare[0])
    }

    /// # Safety
    /// The pointers are as they are described.
    unsafe fn dropout<'a>(&self, dims: &Dims) -> Option<Dropout<'a>> {
        // SAFETY: by contract.
        unsafe { read_if(self.seeds as usize, dims.layers - 1) }.map(|seeds| Dropout { p: self.p, seeds })
    }

    /// # Safety
    /// The pointers are as they are described.
    unsafe fn extras<'a>(&self, dims: &Dims, rows: usize) -> Extras<'a> {
        // SAFETY: by contract.
        let (seeds, reset) = unsafe { (read_if(self.recurrent_seeds as usize, dims.runs()), read_if(self.reset as usize, rows)) };
        Extras { reset, recurrent_dropout: seeds.map(|seeds| Dropout { p: self.recurrent_p, seeds }) }
    }

    /// Values of the states.
    fn lengths(&self, dims: &Dims, rows: usize) -> States<usize> {
        States { h: dims.runs() * rows * dims.output(), c: if self.states_c == 0 { 0 } else { dims.runs() * rows * dims.hidden } }
    }
}

/// The whole sequence through all layers. Pointers that may be 0: `h0 c0` (zeros), `rare`, `cn` (no cell state), `saved` (no backward pass to come).
#[allow(clippy::too_many_arguments)]
#[wasm_bindgen]
pub fn network_forward(
    handle: usize,
    packed: usize,
    offsets: usize,
    steps: usize,
    batch: usize,
    x: usize,
    h0: usize,
    c0: usize,
    rare: usize,
    y: usize,
    hn: usize,
    cn: usize,
    saved: usize,
    scratch: usize,
) {
    let network = network(handle);
    let dims = network.dims();
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`).
    unsafe {
        let sequence = sequence(offsets, steps, batch);
        let rows = sequence.total_rows();
        let rare = Rare::at(rare);
        let (h_len, c_len) = (dims.runs() * batch * dims.output(), dims.runs() * batch * dims.hidden);
        network.forward(Forward {
            packed: read(packed, network.packed_len() as usize),
            sequence,
            x: read(x, rows * dims.input),
            h0: read_if(h0, h_len),
            c0: read_if(c0, c_len),
            dropout: rare.dropout(dims),
            extras: rare.extras(dims, rows),
            y: write(y, rows * dims.layer_output()),
            hn: write(hn, h_len),
            cn: write_if(cn, c_len),
            states: (rare.states_h != 0).then(|| {
                let States { h, c } = rare.lengths(dims, rows);
                States { h: write(rare.states_h as usize, h), c: write(rare.states_c as usize, c) }
            }),
            saved: write_if(saved, network.saved_len(steps, batch, rows) as usize),
            scratch: write(scratch, network.forward_scratch_len(batch, rows, saved != 0, rare.recurrent_seeds != 0) as usize),
        });
    }
}

/// Backpropagation through time. Pointers that may be 0: `rare`, `dy dhn dcn` (zeros), `dx dh0 dc0` and those in `gradients` (not wanted).
///
/// - `gradients` `[runs, 9]` pointers to the parameters' gradients, which are added to
/// - `saved` as forward left it; used up, but with checkpoints only read
#[allow(clippy::too_many_arguments)]
#[wasm_bindgen]
pub fn network_backward(
    handle: usize,
    packed: usize,
    offsets: usize,
    steps: usize,
    batch: usize,
    x: usize,
    rare: usize,
    dy: usize,
    dhn: usize,
    dcn: usize,
    saved: usize,
    dx: usize,
    dh0: usize,
    dc0: usize,
    gradients: usize,
    scratch: usize,
) {
    let network = network(handle);
    let dims = network.dims();
    // SAFETY: the pointers are TypeScript's, with these lengths (`slices`); no two gradients are the same.
    unsafe {
        let sequence = sequence(offsets, steps, batch);
        let rows = sequence.total_rows();
        let rare = Rare::at(rare);
        let (h_len, c_len) = (dims.runs() * batch * dims.output(), dims.runs() * batch * dims.hidden);
        let table = read::<u32>(gradients, dims.runs() * TABLE_WIDTH).chunks_exact(TABLE_WIDTH).enumerate();
        let mut gradients: Vec<RunGradients> = table.map(|(run, pointers)| run_gradients(parameter_lengths(dims, run), pointers)).collect();
        network.backward(Backward {
            packed: read(packed, network.packed_len() as usize),
            sequence,
            x: read(x, rows * dims.input),
            dropout: rare.dropout(dims),
            extras: rare.extras(dims, rows),
            dy: read_if(dy, rows * dims.layer_output()),
            dhn: read_if(dhn, h_len),
            dcn: read_if(dcn, c_len),
            d_states: (rare.states_h != 0).then(|| {
                let States { h, c } = rare.lengths(dims, rows);
                States { h: read(rare.states_h as usize, h), c: read(rare.states_c as usize, c) }
            }),
            squares: write_if(rare.squares as usize, 2 * dims.runs() * steps),
            saved: write(saved, network.saved_len(steps, batch, rows) as usize),
            dx: write_if(dx, rows * dims.input),
            dh0: write_if(dh0, h_len),
            dc0: write_if(dc0, c_len),
            gradients: &mut gradients,
            scratch: write(scratch, network.backward_scratch_len(batch, rows, rare.recurrent_seeds != 0) as usize),
        });
    }
}

/// # Safety
/// Each pointer is 0 or valid for reading and writing as many values as its parameter has.
unsafe fn run_gradients<'a>(lengths: [usize; TABLE_WIDTH], pointers: &[u32]) -> RunGradients<'a> {
    // SAFETY: by contract.
    let gradient = |which: usize| unsafe { write_if(pointers[which] as usize, lengths[which]) };
    RunGradients {
        ih: gradient(0),
        hh: gradient(1),
        bias_ih: gradient(2),
        bias_hh: gradient(3),
        hr: gradient(4),
        norm_ih: gradient(5),
        norm_hh: gradient(6),
        norm_c: gradient(7),
        norm_c_bias: gradient(8),
    }
}
