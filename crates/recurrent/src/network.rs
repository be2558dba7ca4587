//! All layers and directions.

mod backward;
mod forward;

pub use backward::Backward;
pub use forward::Forward;

use alloc::vec::Vec;

use crate::dims::Dims;
use crate::packed::{PackedRun, Parameters, Part};
use crate::run::{Columns, Rows, Run};
use crate::saved::{Extent, Saved};
use crate::sequence::{Sequence, Walk};
use core::ops::Range;
use unrolled_kernels::dropout::Mask;

/// Dropout on the output of every layer but the last.
#[derive(Clone, Copy)]
pub struct Dropout<'a> {
    /// The probability that a value becomes zero.
    pub p: f32,
    /// What each mask is made from; `[L − 1]` for the layers but the last
    pub seeds: &'a [u32],
}

/// What PyTorch's networks do not have.
#[derive(Clone, Copy, Default)]
pub struct Extras<'a> {
    /// `[R]` not 0: the state is zero before this row's step, and no gradient passes there
    pub reset: Option<&'a [i32]>,
    /// Dropout of `h` before `W_hh`, one mask per sequence for all of its steps (Gal and Ghahramani 2016), with a seed for each layer and direction.
    pub recurrent_dropout: Option<Dropout<'a>>,
}

/// The states after each step, `[L·D, R, Hout]` and `[L·D, R, H]`, or their gradients; `c` is empty for cells that have no cell state.
pub struct States<T> {
    pub h: T,
    pub c: T,
}

/// A recurrent network of some sizes. It owns nothing: weights, states and room come with each call.
#[derive(Clone, Debug)]
pub struct Network {
    dims: Dims,
    /// Where each layer's and direction's packed weights lie.
    runs: Vec<PackedRun>,
    chunk: ChunkRows,
    /// Steps between two checkpoints; 0 for none, but every step saved.
    checkpoint_every: usize,
}

/// Rows that are done at once, while they are in the cache. A step is never cut, so a batch of more rows is a chunk of its own.
/// No result depends on these numbers: see `run/backward.rs`.
#[derive(Clone, Copy, Debug)]
pub struct ChunkRows {
    /// Rows of which the product with `x` is computed before the steps that use it.
    pub forward: usize,
    /// Rows over which the gradients of the weights are accumulated in one product.
    pub backward: usize,
}

impl Default for ChunkRows {
    fn default() -> Self {
        Self { forward: 128, backward: 256 }
    }
}

impl Network {
    pub fn new(dims: Dims) -> Self {
        Self::with_chunks(dims, ChunkRows::default())
    }

    pub fn with_chunks(dims: Dims, chunk: ChunkRows) -> Self {
        let mut end = 0;
        let ranges = |run| {
            let ranges = PackedRun::new(&dims, run / dims.directions, end);
            end = ranges.end();
            ranges
        };
        Self { dims, runs: (0..dims.runs()).map(ranges).collect(), chunk, checkpoint_every: 0 }
    }

    /// The same network, which saves for backward only the inputs of its layers and the state before every `every`-th step (0: all of every
    /// step), and in backward computes the steps between again. No result depends on it.
    pub fn with_checkpoints(self, every: usize) -> Self {
        Self { checkpoint_every: every, ..self }
    }

    pub fn dims(&self) -> &Dims {
        &self.dims
    }

    /// Values that the packed weights take.
    pub fn packed_len(&self) -> u64 {
        (0..self.dims.layers).map(|layer| self.dims.directions as u64 * PackedRun::len(&self.dims, layer)).sum()
    }

    /// Values that backward needs, beside `x`, of a sequence of so many steps and rows.
    pub fn saved_len(&self, steps: usize, batch: usize, rows: usize) -> u64 {
        Saved::len(&self.dims, Extent { steps, batch, rows, every: self.checkpoint_every })
    }

    fn saved<'a>(&self, sequence: Sequence, values: &'a mut [f32]) -> Saved<'a> {
        let (steps, batch, rows) = (sequence.steps(), sequence.batch(), sequence.total_rows());
        Saved::new(&self.dims, Extent { steps, batch, rows, every: self.checkpoint_every }, values)
    }

    /// Packs a part of the weights of layer·D + direction `run`.
    pub fn pack(&self, part: Part, run: usize, parameters: &Parameters, packed: &mut [f32]) {
        self.runs[run].pack(part, &self.dims, run / self.dims.directions, parameters, packed);
    }

    fn run<'a>(
        &'a self,
        layer: usize,
        direction: usize,
        sequence: Sequence<'a>,
        packed: &'a [f32],
        extras: &Extras<'a>,
        mask: &'a mut [f32],
    ) -> Run<'a> {
        let run = layer * self.dims.directions + direction;
        Run {
            dims: &self.dims,
            walk: Walk { sequence, reverse: direction == 1 },
            input: self.dims.layer_input(layer),
            ranges: &self.runs[run],
            packed,
            chunk: self.chunk,
            reset: extras.reset,
            mask: extras.recurrent_dropout.map(|Dropout { p, seeds }| self.mask(seeds[run], p, mask)),
        }
    }

    /// Where the states of layer·D + direction `index` lie in [`States`].
    fn rows_of_run(&self, index: usize, rows: usize) -> Rows<Range<usize>> {
        let part = |len: usize| index * len..(index + 1) * len;
        let cell = if self.dims.cell.has_cell_state() { self.dims.hidden } else { 0 };
        Rows { h: part(rows * self.dims.output()), c: part(rows * cell) }
    }

    /// `[N, state]` what recurrent dropout multiplies with.
    fn mask<'a>(&self, seed: u32, p: f32, values: &'a mut [f32]) -> &'a [f32] {
        let (mask, output) = (Mask::new(seed, p), self.dims.output());
        for (row, values) in values.chunks_exact_mut(self.dims.state()).enumerate() {
            values.fill(0.0);
            values[..output].iter_mut().enumerate().for_each(|(unit, value)| *value = mask.factor((row * output + unit) as u64));
        }
        values
    }

    /// Values of such a mask, if there is one.
    fn mask_len(&self, batch: usize, masked: bool) -> usize {
        if masked {
            batch * self.dims.state()
        } else {
            0
        }
    }

    /// The columns of a layer's output that belong to a direction.
    fn columns(&self, direction: usize) -> Columns {
        Columns { first: direction * self.dims.output(), stride: self.dims.layer_output() }
    }
}
