//! One time step of the three cells, after the matrix products: pointwise, forward and backward.
//!
//! A step works on a matrix of `slots` columns per hidden unit, one row for each sequence of the batch. Forward finds the
//! pre-activations there and leaves the activations; backward finds the activations and leaves the gradients of the pre-activations.
//! `units` is the hidden size, padded to a multiple of [`UNITS`]: no step has a tail. Padded units have zero weights and zero states,
//! and stay zero in all four cells.

mod gru;
mod lstm;
mod norm;
mod rnn;

pub use gru::{gru_step, gru_step_backward};
pub use lstm::{lstm_cell_gradient_squares, lstm_output, lstm_step, lstm_step_backward};
pub use norm::{
    add_scaled, lstm_norm_output, lstm_norm_step, lstm_norm_step_backward, normalize, normalize_backward, CellNorm, CellNormGradient,
};
pub use rnn::{rnn_step, rnn_step_backward};

use crate::math::tanhs;
use crate::simd::{Constant, F32x4, LANES, NEGLIGIBLE};
use core::array::from_fn;

static ONE: Constant = Constant::new(1.0);
static NEGLIGIBLE_GRADIENT: Constant = Constant::new(NEGLIGIBLE);

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

/// Vectors of [`UNITS`] values.
const VECTORS: usize = UNITS / LANES;

/// One value for each of [`UNITS`] neighbouring units. What an operator rounds is as in scalar code.
#[derive(Clone, Copy)]
struct Units([F32x4; VECTORS]);

impl Units {
    /// # Safety
    /// `source` is valid for reading [`UNITS`] values.
    #[inline(always)]
    unsafe fn load(source: *const f32) -> Self {
        // SAFETY: by contract.
        Self(from_fn(|vector| unsafe { F32x4::load(source.add(vector * LANES)) }))
    }

    /// # Safety
    /// `target` is valid for writing [`UNITS`] values.
    #[inline(always)]
    unsafe fn store(self, target: *mut f32) {
        for (vector, values) in self.0.iter().enumerate() {
            // SAFETY: by contract.
            unsafe { values.store(target.add(vector * LANES)) }
        }
    }

    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(F32x4, F32x4) -> F32x4) -> Self {
        Self(from_fn(|vector| f(self.0[vector], other.0[vector])))
    }

    /// `self·b + c`
    #[inline(always)]
    fn madd(self, b: Self, c: Self) -> Self {
        Self(from_fn(|vector| self.0[vector].madd(b.0[vector], c.0[vector])))
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        Self(tanhs(self.0))
    }

    /// `max(self, 0)`; NaN stays.
    #[inline(always)]
    fn relu(self) -> Self {
        Self(self.0.map(|x| x.at_least(F32x4::splat(0.0))))
    }

    /// `self` where `x > 0`, else 0.
    #[inline(always)]
    fn where_positive(self, x: Self) -> Self {
        x.zip(self, |x, value| x.select_positive(value, F32x4::splat(0.0)))
    }

    /// A gradient of a state, without what is [`NEGLIGIBLE`]: where gradients vanish, they would reach the denormal numbers.
    ///
    /// # Safety
    /// That of [`Units::load`].
    #[inline(always)]
    unsafe fn load_gradient(source: *const f32) -> Self {
        let negligible = NEGLIGIBLE_GRADIENT.get();
        // SAFETY: by contract.
        Self(unsafe { Self::load(source) }.0.map(|x| x.zero_below(negligible)))
    }

    /// In f64, so that no gradient is too small or too large for its square.
    #[inline(always)]
    fn sum_of_squares(self) -> f64 {
        self.0.iter().flat_map(|x| x.to_array()).map(|x| f64::from(x) * f64::from(x)).sum()
    }

    /// `1 − self`
    #[inline(always)]
    fn complement(self) -> Self {
        let one = ONE.get();
        Self(self.0.map(|x| one - x))
    }

    /// `σ'(a)` from `s = σ(a)`.
    #[inline(always)]
    fn sigmoid_slope(self) -> Self {
        self * self.complement()
    }

    /// `tanh'(a)` from `t = tanh(a)`.
    #[inline(always)]
    fn tanh_slope(self) -> Self {
        (self * self).complement()
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl core::ops::$trait for Units {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.zip(other, F32x4::$method)
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);

/// Calls `body(slots, units)` for each group of [`UNITS`] of each row: the first value's offset in the step matrix, and in `[rows, units]`
/// arrays.
#[inline(always)]
fn for_each_group(rows: usize, units: usize, slots: usize, mut body: impl FnMut(usize, usize)) {
    debug_assert_eq!(units % UNITS, 0);
    for row in 0..rows {
        let mut unit = 0;
        while unit < units {
            body(row * slots * units + unit, row * units + unit);
            unit += UNITS;
        }
    }
}
