//! The states from which spans of time can be computed again.

use crate::dims::Dims;
use crate::run::State;

/// The state of one layer and direction before every k-th step of its walk, the first being the initial one.
pub struct Checkpoints<'a> {
    /// `k`
    pub every: usize,
    /// `[⌈T/k⌉, N, state]`
    h: &'a mut [f32],
    /// `[⌈T/k⌉, N, units]`; empty for cells that have no cell state
    c: &'a mut [f32],
}

impl<'a> Checkpoints<'a> {
    /// Values of so many states. All rows of the batch are kept: in reverse, sequences begin in the middle of a span.
    pub fn len(dims: &Dims, batch: usize, spans: usize) -> u64 {
        batch as u64 * spans as u64 * (dims.state() + dims.cell_state()) as u64
    }

    /// - `values` `[len]`
    pub fn new(dims: &Dims, batch: usize, every: usize, values: &'a mut [f32]) -> Self {
        debug_assert!(every > 0);
        let spans = values.len() / (batch * (dims.state() + dims.cell_state())).max(1);
        let (h, c) = values.split_at_mut(spans * batch * dims.state());
        Self { every, h, c }
    }

    /// Keeps the state before step `step` of the walk, a multiple of `every`.
    pub fn keep(&mut self, step: usize, state: &State) {
        let span = step / self.every;
        self.h[span * state.h.len()..][..state.h.len()].copy_from_slice(state.h);
        self.c[span * state.c.len()..][..state.c.len()].copy_from_slice(state.c);
    }

    /// Sets the state to that before step `step`.
    pub fn restore(&self, step: usize, state: &mut State) {
        let (span, h, c) = (step / self.every, state.h.len(), state.c.len());
        state.h.copy_from_slice(&self.h[span * h..][..h]);
        state.c.copy_from_slice(&self.c[span * c..][..c]);
    }
}
