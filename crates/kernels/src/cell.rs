//! One time step of the three cells, after the matrix products: pointwise, forward and backward.
//!
//! A step works on a matrix of `slots` columns per hidden unit, one row for each sequence of the batch. Forward finds the
//! pre-activations there and leaves the activations; backward finds the activations and leaves the gradients of the pre-activations.
//! `units` is the hidden size, padded to a multiple of [`UNITS`]: no step has a tail. Padded units have zero weights and zero states,
//! and stay zero in all four cells.

mod gru;
mod lstm;
mod rnn;

pub use gru::{gru_step, gru_step_backward};
pub use lstm::{lstm_output, lstm_step, lstm_step_backward};
pub use rnn::{rnn_step, rnn_step_backward};

use crate::simd::F32x4;

/// Hidden sizes are padded to a multiple of this: the width of a packed panel, so that a gate never shares one with its neighbour.
pub const UNITS: usize = crate::gemm::PANEL;

/// Which recurrence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Elman network, `h' = tanh(a)`.
    Tanh,
    /// Elman network, `h' = max(a, 0)`.
    Relu,
    Lstm,
    Gru,
}

impl Cell {
    /// Rows of a weight per hidden unit, `G`.
    pub const fn gates(self) -> usize {
        match self {
            Cell::Tanh | Cell::Relu => 1,
            Cell::Lstm => 4,
            Cell::Gru => 3,
        }
    }

    /// Columns of the step matrix per hidden unit. The GRU needs one more than it has gates: `W_hn·h + b_hn` apart from `W_in·x + b_in`.
    pub const fn slots(self) -> usize {
        match self {
            Cell::Tanh | Cell::Relu => 1,
            Cell::Lstm | Cell::Gru => 4,
        }
    }

    /// The slot that the rows of `W_ih` for gate `gate` go to. Gates stand as PyTorch stores them: i f g o, r z n.
    pub const fn input_slot(self, gate: usize) -> usize {
        match self {
            // Slots n r z q: both products, of x into n r z and of h into r z q, fill neighbouring columns.
            Cell::Gru => (gate + 1) % 3,
            _ => gate,
        }
    }

    /// The slot that the rows of `W_hh` for gate `gate` go to.
    pub const fn hidden_slot(self, gate: usize) -> usize {
        match self {
            Cell::Gru => gate + 1,
            _ => gate,
        }
    }

    /// The gate whose rows of `W_ih` go to this slot: the inverse of [`Cell::input_slot`].
    pub fn input_gate(self, slot: usize) -> Option<usize> {
        (0..self.gates()).find(|gate| self.input_slot(*gate) == slot)
    }

    /// The gate whose rows of `W_hh` go to this slot: the inverse of [`Cell::hidden_slot`].
    pub fn hidden_gate(self, slot: usize) -> Option<usize> {
        (0..self.gates()).find(|gate| self.hidden_slot(*gate) == slot)
    }

    /// The first slot that `W_hh` fills; it fills [`Cell::gates`] of them.
    pub const fn first_hidden_slot(self) -> usize {
        self.hidden_slot(0)
    }

    /// Whether there is a cell state `c` beside `h`.
    pub const fn has_cell_state(self) -> bool {
        matches!(self, Cell::Lstm)
    }
}

/// Calls `body(slots, units)` for each vector of each row: the first value's offset in the step matrix, and in `[rows, units]` arrays.
#[inline(always)]
fn for_each_vector(rows: usize, units: usize, slots: usize, mut body: impl FnMut(usize, usize)) {
    debug_assert_eq!(units % UNITS, 0);
    for row in 0..rows {
        let mut unit = 0;
        while unit < units {
            body(row * slots * units + unit, row * units + unit);
            unit += crate::simd::LANES;
        }
    }
}

/// `σ'(a)` from `s = σ(a)`.
#[inline(always)]
fn sigmoid_slope(s: F32x4) -> F32x4 {
    s * (F32x4::splat(1.0) - s)
}

/// `tanh'(a)` from `t = tanh(a)`.
#[inline(always)]
fn tanh_slope(t: F32x4) -> F32x4 {
    F32x4::splat(1.0) - t * t
}
