//! One layer in one direction.

mod backward;
mod forward;
mod norm;
mod spans;

pub use backward::{Activations, InputGradient, Room, RunGradients, StateGradient, Upstream};
pub use forward::{Chunk, Gates, Output, State};
pub use spans::SpanRoom;

use crate::dims::Dims;
use crate::network::ChunkRows;
use crate::packed::PackedRun;
use crate::sequence::Walk;
use core::ops::Range;

/// What a run reads.
pub struct Run<'a> {
    pub dims: &'a Dims,
    pub walk: Walk<'a>,
    /// Input size of the layer.
    pub input: usize,
    pub ranges: &'a PackedRun,
    pub packed: &'a [f32],
    pub chunk: ChunkRows,
    /// `[R]` not 0: the state before this row's step is zero
    pub reset: Option<&'a [i32]>,
    /// `[N, state]` what `h` is multiplied with before `W_hh`: recurrent dropout
    pub mask: Option<&'a [f32]>,
}

/// The columns of a layer's output that a direction writes: rows `stride` apart, beginning at `first`.
#[derive(Clone, Copy)]
pub struct Columns {
    pub first: usize,
    pub stride: usize,
}

/// The states after each step, or their gradients: `[R, Hout]` and `[R, H]`, the second empty for cells that have no cell state.
pub struct Rows<T> {
    pub h: T,
    pub c: T,
}

impl Run<'_> {
    /// Calls `reset` with the places of those of a step's rows before which the state is zero.
    fn each_reset(&self, rows: Range<usize>, mut reset: impl FnMut(usize)) {
        if let Some(marks) = self.reset {
            marks[rows].iter().enumerate().filter(|(_, mark)| **mark != 0).for_each(|(place, _)| reset(place));
        }
    }

    fn weights(&self, range: &Range<usize>) -> &[f32] {
        &self.packed[range.clone()]
    }
}
