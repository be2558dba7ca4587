//! Backward through time.
//!
//! The order in which rows enter a sum over time is the order in which this walk meets them, whatever the length of a chunk: last step
//! first, and in a forward direction the last row of a step first.

use super::forward::masked;
use super::norm::{add_gates, Side};
use super::{Columns, Rows, Run};
use crate::saved::NormRows;
use core::ops::Range;
use unrolled_kernels::add;
use unrolled_kernels::cell::{gru_step_backward, lstm_cell_gradient_squares, lstm_output, lstm_step_backward, rnn_step_backward, Cell};
use unrolled_kernels::gemm::{gemm, gemm_packed, pack_left, pack_left_and_sum, pack_right, Order, Start};
use unrolled_kernels::norm::sum_of_squares;

/// Where the gradients of one layer's and direction's parameters are added; `None` for parameters that need none.
#[derive(Default)]
pub struct RunGradients<'a> {
    pub ih: Option<&'a mut [f32]>,
    pub hh: Option<&'a mut [f32]>,
    pub bias_ih: Option<&'a mut [f32]>,
    pub bias_hh: Option<&'a mut [f32]>,
    pub hr: Option<&'a mut [f32]>,
    pub norm_ih: Option<&'a mut [f32]>,
    pub norm_hh: Option<&'a mut [f32]>,
    pub norm_c: Option<&'a mut [f32]>,
    pub norm_c_bias: Option<&'a mut [f32]>,
}

/// What forward has saved. The gates are overwritten by the gradients of the pre-activations.
pub struct Activations<'a> {
    pub x: &'a [f32],
    pub gates: &'a mut [f32],
    pub h_before: &'a [f32],
    pub c_before: &'a [f32],
    pub norm: NormRows<'a>,
}

/// The running gradients of the state, `[N, state]` and `[N, units]`: in those of the final state, out those of the initial one.
pub struct StateGradient<'a> {
    pub h: &'a mut [f32],
    pub c: &'a mut [f32],
    /// Whether anybody reads `h` at the end.
    pub initial_wanted: bool,
}

/// The gradients that come from outside of time.
pub struct Upstream<'a> {
    /// `[R, D·Hout]` of the layer's output, of which a run reads `columns`; zeros if none
    pub dy: Option<&'a [f32]>,
    pub columns: Columns,
    /// Of the states after each step; zeros if none.
    pub states: Option<Rows<&'a [f32]>>,
    /// `[T, 2]` out: `Σ (∂L/∂h_t)²` and `Σ (∂L/∂c_t)²` over the rows of each step, if they are wanted
    pub squares: Option<&'a mut [f64]>,
}

/// Room for one chunk, and the sums of the biases' gradients.
pub struct Room<'a> {
    /// A packed left-hand side: gradients of one slot, or of the projected outputs.
    pub left: &'a mut [f32],
    /// The chunk's inputs, packed as a right-hand side.
    pub inputs: &'a mut [f32],
    /// The states that the chunk's steps started from, packed likewise; then the outputs before the projection.
    pub states: &'a mut [f32],
    /// `[columns]`
    pub sums: &'a mut [f32],
    /// The gradients of [`Gains`].
    pub norm_sums: &'a mut [f32],
    /// `[N, units]` gradient of the output before the projection; this and the next two are empty without one.
    pub d_unprojected: &'a mut [f32],
    /// `[rows, units]` outputs of the chunk before the projection
    pub unprojected: &'a mut [f32],
    /// `[rows, state]` gradients of the chunk's outputs
    pub dh_rows: &'a mut [f32],
    /// `[rows, state]` the states that the chunk's steps started from, under the mask of recurrent dropout; this and the next are empty without one
    pub masked_rows: &'a mut [f32],
    /// `[N, state]` the gradient of `h` under the mask
    pub d_masked: &'a mut [f32],
}

/// Where the gradient of the input goes.
pub struct InputGradient<'a> {
    /// `[R, I]`
    pub dx: &'a mut [f32],
    /// The first direction overwrites, the second adds.
    pub start: Start<'static>,
}

impl Run<'_> {
    /// All steps, last first. The biases' gradients are added to `room.sums`.
    #[allow(clippy::too_many_arguments)]
    pub fn backward(
        &self,
        a: &mut Activations,
        upstream: &mut Upstream,
        state: &mut StateGradient,
        mut dx: Option<InputGradient>,
        gradients: &mut RunGradients,
        room: &mut Room,
    ) {
        let mut end = self.walk.sequence.steps();
        while end > 0 {
            let chunk = self.walk.chunk_until(end, self.chunk.backward);
            let rows = self.walk.rows_of(chunk.clone());
            for s in chunk.clone().rev() {
                let step_rows = self.walk.rows(s);
                self.receive(step_rows.clone(), upstream, state);
                let squares = upstream.squares.as_mut().map(|squares| &mut squares[2 * self.walk.time(s)..][..2]);
                self.step_backward(step_rows, rows.start, s == 0, a, state, room, squares);
            }
            self.accumulate(rows.clone(), a, gradients, room);
            if let Some(InputGradient { dx, start }) = &mut dx {
                self.input_gradient(rows, &self.input_side(a), dx, *start);
            }
            end = chunk.start;
        }
    }

    /// Adds what comes from outside of time to the running gradients.
    #[inline(never)]
    fn receive(&self, rows: Range<usize>, upstream: &Upstream, state: &mut StateGradient) {
        let (dims, output) = (self.dims, self.dims.output());
        if let Some(dy) = upstream.dy {
            add_rows(dy, rows.clone(), upstream.columns, state.h, dims.state(), output);
        }
        if let Some(states) = &upstream.states {
            add_rows(states.h, rows.clone(), Columns { first: 0, stride: output }, state.h, dims.state(), output);
            if dims.cell.has_cell_state() {
                add_rows(states.c, rows, Columns { first: 0, stride: dims.hidden }, state.c, dims.units(), dims.hidden);
            }
        }
    }

    #[inline(never)]
    #[allow(clippy::too_many_arguments)]
    fn step_backward(
        &self,
        rows: Range<usize>,
        chunk_start: usize,
        is_first: bool,
        a: &mut Activations,
        state: &mut StateGradient,
        room: &mut Room,
        mut squares: Option<&mut [f64]>,
    ) {
        let (n, dims) = (rows.len(), self.dims);
        if n == 0 {
            return;
        }
        let (columns, units, stride) = (dims.columns(), dims.units(), dims.state());
        let step = &mut a.gates[rows.start * columns..rows.end * columns];
        let mut start = Start::Zero;
        if let Some(squares) = &mut squares {
            squares[0] = sum_of_squares(&state.h[..n * stride]);
            squares[1] = 0.0;
            if dims.cell.has_cell_state() && !dims.layer_norm {
                let c_before = &a.c_before[rows.start * units..];
                let dh = if dims.projection == 0 { &*state.h } else { self.projected_back(n, state.h, room) };
                squares[1] = lstm_cell_gradient_squares(n, units, step, c_before, dh, state.c);
            }
        }
        match dims.cell {
            Cell::Tanh => rnn_step_backward(n, units, false, step, state.h),
            Cell::Relu => rnn_step_backward(n, units, true, step, state.h),
            Cell::Gru => {
                gru_step_backward(n, units, step, &a.h_before[rows.start * stride..], state.h);
                start = Start::Target;
            }
            Cell::Lstm if dims.layer_norm => {
                let sum = self.norm_cell_backward(rows.clone(), chunk_start, a, state, room);
                if let Some(squares) = &mut squares {
                    squares[1] = sum;
                }
            }
            Cell::Lstm if dims.projection == 0 => lstm_step_backward(n, units, step, &a.c_before[rows.start * units..], state.h, state.c),
            Cell::Lstm => {
                let c_before = &a.c_before[rows.start * units..];
                self.projection_backward(n, rows.start - chunk_start, step, c_before, state.h, room);
                lstm_step_backward(n, units, step, c_before, room.d_unprojected, state.c);
            }
        }
        let row = rows.start - chunk_start;
        if let Some(mask) = self.mask {
            masked(&a.h_before[rows.start * stride..], mask, n * stride, &mut room.masked_rows[row * stride..]);
        }
        if dims.layer_norm {
            self.norm_products_backward(rows.clone(), a, room);
        }
        // What the sequence's first step was given goes nowhere if nobody asks for it; the gradient of `c` has been computed already.
        if !is_first || state.initial_wanted {
            self.hidden_gradient(rows.clone(), a, state, room, start);
        }
        self.each_reset(rows, |place| {
            state.h[place * stride..][..stride].fill(0.0);
            state.c[place * units..][..units].fill(0.0);
        });
    }

    /// The gradient of the state that a step started from, through `W_hh`.
    fn hidden_gradient(&self, rows: Range<usize>, a: &Activations, state: &mut StateGradient, room: &mut Room, start: Start) {
        let (n, dims) = (rows.len(), self.dims);
        let (units, stride) = (dims.units(), dims.state());
        let weights = self.weights(&self.ranges.hh_back);
        let Side { values, stride: columns, first_slot } = self.hidden_side(a);
        let hidden = &values[rows.start * columns + (dims.cell.first_hidden_slot() - first_slot) * units..];
        match self.mask {
            None => gemm(n, stride, dims.product_columns(), hidden, columns, weights, state.h, stride, start),
            Some(mask) => {
                gemm(n, stride, dims.product_columns(), hidden, columns, weights, room.d_masked, stride, Start::Zero);
                let keep = matches!(start, Start::Target);
                for ((dh, d), mask) in state.h[..n * stride].iter_mut().zip(&*room.d_masked).zip(mask) {
                    *dh = d * mask + if keep { *dh } else { 0.0 };
                }
            }
        }
    }

    /// Keeps what the gradient of `W_hr` needs of a step, and takes `dh` back through the projection.
    fn projection_backward(&self, n: usize, row: usize, step: &[f32], c_before: &[f32], dh: &[f32], room: &mut Room) {
        let (units, stride) = (self.dims.units(), self.dims.state());
        lstm_output(n, units, step, c_before, &mut room.unprojected[row * units..]);
        room.dh_rows[row * stride..(row + n) * stride].copy_from_slice(&dh[..n * stride]);
        self.projected_back(n, dh, room);
    }

    /// The gradient of the output before the projection, in `room.d_unprojected`.
    #[inline(never)]
    pub(super) fn projected_back<'r>(&self, n: usize, dh: &[f32], room: &'r mut Room) -> &'r [f32] {
        let (units, stride) = (self.dims.units(), self.dims.state());
        let weights = self.weights(&self.ranges.hr_back);
        gemm(n, units, self.dims.projection, dh, stride, weights, room.d_unprojected, units, Start::Zero);
        room.d_unprojected
    }

    /// Adds a chunk's share to the gradients of the parameters.
    #[inline(never)]
    fn accumulate(&self, rows: Range<usize>, a: &Activations, gradients: &mut RunGradients, room: &mut Room) {
        let (from_x, from_h) = (self.input_side(a), self.hidden_side(a));
        let dims = self.dims;
        let (hidden, units, columns, state, n) = (dims.hidden, dims.units(), dims.columns(), dims.state(), rows.len());
        if n == 0 {
            return;
        }
        let order = if self.walk.reverse { Order::Ascending } else { Order::Descending };
        let gates = &a.gates[rows.start * columns..rows.end * columns];
        let (input, output) = (self.input, dims.output());
        pack_right(n, input, &a.x[rows.start * input..], input, order, room.inputs);
        let states = if self.mask.is_some() { &*room.masked_rows } else { &a.h_before[rows.start * state..] };
        pack_right(n, output, states, state, order, room.states);
        for slot in 0..dims.cell.slots() {
            let sums = &mut room.sums[slot * units..][..hidden];
            pack_left_and_sum(n, hidden, &gates[slot * units..], columns, order, room.left, sums);
            let pack = |side: &Side, left: &mut [f32]| {
                if dims.layer_norm {
                    let first = rows.start * side.stride + (slot - side.first_slot) * units;
                    pack_left(n, hidden, &side.values[first..], side.stride, order, left);
                }
            };
            if let Some((gate, dw)) = dims.cell.input_gate(slot).zip(gradients.ih.as_mut()) {
                pack(&from_x, room.left);
                gemm_packed(hidden, input, n, room.left, room.inputs, &mut dw[gate * hidden * input..][..hidden * input], input);
            }
            if let Some((gate, dw)) = dims.cell.hidden_gate(slot).zip(gradients.hh.as_mut()) {
                pack(&from_h, room.left);
                gemm_packed(hidden, output, n, room.left, room.states, &mut dw[gate * hidden * output..][..hidden * output], output);
            }
        }
        if let Some(dw) = &mut gradients.hr {
            pack_left(n, dims.projection, room.dh_rows, state, order, room.left);
            pack_right(n, hidden, room.unprojected, units, order, room.states);
            gemm_packed(dims.projection, hidden, n, room.left, room.states, dw, hidden);
        }
    }

    #[inline(never)]
    fn input_gradient(&self, rows: Range<usize>, Side { values: gates, stride, .. }: &Side, dx: &mut [f32], start: Start) {
        let columns = *stride;
        let weights = self.weights(&self.ranges.ih_back);
        let (gates, dx) = (&gates[rows.start * columns..], &mut dx[rows.start * self.input..]);
        gemm(rows.len(), self.input, self.dims.product_columns(), gates, columns, weights, dx, self.input, start);
    }

    pub fn add_bias_gradients(&self, gradients: &mut RunGradients, sums: &[f32]) {
        let (hidden, units, cell) = (self.dims.hidden, self.dims.units(), self.dims.cell);
        add_gates(gradients.bias_ih.as_deref_mut(), hidden, units, sums, |gate| cell.input_slot(gate));
        add_gates(gradients.bias_hh.as_deref_mut(), hidden, units, sums, |gate| cell.hidden_slot(gate));
    }
}

/// `dh += dy` for the rows of a step.
#[inline(never)]
fn add_rows(dy: &[f32], rows: Range<usize>, columns: Columns, dh: &mut [f32], stride: usize, output: usize) {
    for (row, dh) in rows.zip(dh.chunks_exact_mut(stride)) {
        let dy = &dy[row * columns.stride + columns.first..][..output];
        add(&mut dh[..output], dy);
    }
}
