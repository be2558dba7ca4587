//! One layer in one direction.

mod backward;
mod forward;
mod spans;

pub use backward::{Activations, InputGradient, Room, RunGradients, StateGradient};
pub use forward::{Gates, State};
pub use spans::SpanRoom;

use crate::dims::Dims;
use crate::network::ChunkRows;
use crate::packed::PackedRun;
use crate::sequence::Walk;
use std::ops::Range;

/// What a run reads.
pub struct Run<'a> {
    pub dims: &'a Dims,
    pub walk: Walk<'a>,
    /// Input size of the layer.
    pub input: usize,
    pub ranges: &'a PackedRun,
    pub packed: &'a [f32],
    pub chunk: ChunkRows,
}

/// The columns of a layer's output that a direction writes: rows `stride` apart, beginning at `first`.
#[derive(Clone, Copy)]
pub struct Columns {
    pub first: usize,
    pub stride: usize,
}

impl Run<'_> {
    fn weights(&self, range: &Range<usize>) -> &[f32] {
        &self.packed[range.clone()]
    }
}
