//! All layers and directions.

mod backward;
mod forward;

pub use backward::Backward;
pub use forward::Forward;

use crate::dims::Dims;
use crate::packed::{PackedRun, Parameters, Part};
use crate::run::{Columns, Run};
use crate::saved::{Extent, Saved};
use crate::sequence::{Sequence, Walk};

/// Dropout on the output of every layer but the last.
#[derive(Clone, Copy)]
pub struct Dropout<'a> {
    /// The probability that a value becomes zero.
    pub p: f32,
    /// `[L − 1]` what each layer's mask is made from
    pub seeds: &'a [u32],
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

    fn run<'a>(&'a self, layer: usize, direction: usize, sequence: Sequence<'a>, packed: &'a [f32]) -> Run<'a> {
        Run {
            dims: &self.dims,
            walk: Walk { sequence, reverse: direction == 1 },
            input: self.dims.layer_input(layer),
            ranges: &self.runs[layer * self.dims.directions + direction],
            packed,
            chunk: self.chunk,
        }
    }

    /// The columns of a layer's output that belong to a direction.
    fn columns(&self, direction: usize) -> Columns {
        Columns { first: direction * self.dims.output(), stride: self.dims.layer_output() }
    }
}
