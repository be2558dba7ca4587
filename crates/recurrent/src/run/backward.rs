//! Backward through time.
//!
//! The order in which rows enter a sum over time is the order in which this walk meets them, whatever the length of a chunk: last step
//! first, and in a forward direction the last row of a step first.

use super::{Columns, Run};
use std::ops::Range;
use unrolled_kernels::cell::{gru_step_backward, lstm_output, lstm_step_backward, rnn_step_backward, Cell};
use unrolled_kernels::gemm::{gemm, gemm_packed, pack_left, pack_left_and_sum, pack_right, Order, Start};

/// Where the gradients of one layer's and direction's parameters are added; `None` for parameters that need none.
#[derive(Default)]
pub struct RunGradients<'a> {
    pub ih: Option<&'a mut [f32]>,
    pub hh: Option<&'a mut [f32]>,
    pub bias_ih: Option<&'a mut [f32]>,
    pub bias_hh: Option<&'a mut [f32]>,
    pub hr: Option<&'a mut [f32]>,
}

/// What forward has saved. The gates are overwritten by the gradients of the pre-activations.
pub struct Activations<'a> {
    pub x: &'a [f32],
    pub gates: &'a mut [f32],
    pub h_before: &'a [f32],
    pub c_before: &'a [f32],
}

/// The running gradients of the state, `[N, state]` and `[N, units]`: in those of the final state, out those of the initial one.
pub struct StateGradient<'a> {
    pub h: &'a mut [f32],
    pub c: &'a mut [f32],
    /// Whether anybody reads `h` at the end.
    pub initial_wanted: bool,
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
    /// `[N, units]` gradient of the output before the projection; this and the next two are empty without one.
    pub d_unprojected: &'a mut [f32],
    /// `[rows, units]` outputs of the chunk before the projection
    pub unprojected: &'a mut [f32],
    /// `[rows, state]` gradients of the chunk's outputs
    pub dh_rows: &'a mut [f32],
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
        dy: Option<&[f32]>,
        columns: Columns,
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
                if let Some(dy) = dy {
                    add_rows(dy, step_rows.clone(), columns, state.h, self.dims.state(), self.dims.output());
                }
                self.step_backward(step_rows, rows.start, s == 0, a, state, room);
            }
            self.accumulate(rows.clone(), a, gradients, room);
            if let Some(InputGradient { dx, start }) = &mut dx {
                self.input_gradient(rows, a.gates, dx, *start);
            }
            end = chunk.start;
        }
    }

    #[inline(never)]
    fn step_backward(
        &self,
        rows: Range<usize>,
        chunk_start: usize,
        is_first: bool,
        a: &mut Activations,
        state: &mut StateGradient,
        room: &mut Room,
    ) {
        let (n, dims) = (rows.len(), self.dims);
        if n == 0 {
            return;
        }
        let (columns, units, stride) = (dims.columns(), dims.units(), dims.state());
        let step = &mut a.gates[rows.start * columns..rows.end * columns];
        let weights = self.weights(&self.ranges.hh_back);
        let mut start = Start::Zero;
        match dims.cell {
            Cell::Tanh => rnn_step_backward(n, units, false, step, state.h),
            Cell::Relu => rnn_step_backward(n, units, true, step, state.h),
            Cell::Gru => {
                gru_step_backward(n, units, step, &a.h_before[rows.start * stride..], state.h);
                start = Start::Target;
            }
            Cell::Lstm if dims.projection == 0 => lstm_step_backward(n, units, step, &a.c_before[rows.start * units..], state.h, state.c),
            Cell::Lstm => {
                let c_before = &a.c_before[rows.start * units..];
                self.projection_backward(n, rows.start - chunk_start, step, c_before, state.h, room);
                lstm_step_backward(n, units, step, c_before, room.d_unprojected, state.c);
            }
        }
        if is_first && !state.initial_wanted {
            return;
        }
        let hidden = &step[dims.first_hidden_column()..];
        gemm(n, stride, dims.product_columns(), hidden, columns, weights, state.h, stride, start);
    }

    /// Keeps what the gradient of `W_hr` needs of a step, and takes `dh` back through the projection.
    fn projection_backward(&self, n: usize, row: usize, step: &[f32], c_before: &[f32], dh: &[f32], room: &mut Room) {
        let (units, stride) = (self.dims.units(), self.dims.state());
        lstm_output(n, units, step, c_before, &mut room.unprojected[row * units..]);
        room.dh_rows[row * stride..(row + n) * stride].copy_from_slice(&dh[..n * stride]);
        let weights = self.weights(&self.ranges.hr_back);
        gemm(n, units, self.dims.projection, dh, stride, weights, room.d_unprojected, units, Start::Zero);
    }

    /// Adds a chunk's share to the gradients of the parameters.
    #[inline(never)]
    fn accumulate(&self, rows: Range<usize>, a: &Activations, gradients: &mut RunGradients, room: &mut Room) {
        let dims = self.dims;
        let (hidden, units, columns, state, n) = (dims.hidden, dims.units(), dims.columns(), dims.state(), rows.len());
        if n == 0 {
            return;
        }
        let order = if self.walk.reverse { Order::Ascending } else { Order::Descending };
        let gates = &a.gates[rows.start * columns..rows.end * columns];
        let (input, output) = (self.input, dims.output());
        pack_right(n, input, &a.x[rows.start * input..], input, order, room.inputs);
        pack_right(n, output, &a.h_before[rows.start * state..], state, order, room.states);
        for slot in 0..dims.cell.slots() {
            let sums = &mut room.sums[slot * units..][..hidden];
            pack_left_and_sum(n, hidden, &gates[slot * units..], columns, order, room.left, sums);
            if let Some((gate, dw)) = dims.cell.input_gate(slot).zip(gradients.ih.as_mut()) {
                gemm_packed(hidden, input, n, room.left, room.inputs, &mut dw[gate * hidden * input..][..hidden * input], input);
            }
            if let Some((gate, dw)) = dims.cell.hidden_gate(slot).zip(gradients.hh.as_mut()) {
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
    fn input_gradient(&self, rows: Range<usize>, gates: &[f32], dx: &mut [f32], start: Start) {
        let columns = self.dims.columns();
        let weights = self.weights(&self.ranges.ih_back);
        let (gates, dx) = (&gates[rows.start * columns..], &mut dx[rows.start * self.input..]);
        gemm(rows.len(), self.input, self.dims.product_columns(), gates, columns, weights, dx, self.input, start);
    }

    pub fn add_bias_gradients(&self, gradients: &mut RunGradients, sums: &[f32]) {
        let (hidden, units, cell) = (self.dims.hidden, self.dims.units(), self.dims.cell);
        let add = |target: &mut Option<&mut [f32]>, slot: fn(Cell, usize) -> usize| {
            if let Some(target) = target {
                for (gate, target) in target.chunks_exact_mut(hidden).enumerate() {
                    target.iter_mut().zip(&sums[slot(cell, gate) * units..]).for_each(|(t, s)| *t += s);
                }
            }
        };
        add(&mut gradients.bias_ih, Cell::input_slot);
        add(&mut gradients.bias_hh, Cell::hidden_slot);
    }
}

/// `dh += dy` for the rows of a step.
fn add_rows(dy: &[f32], rows: Range<usize>, columns: Columns, dh: &mut [f32], stride: usize, output: usize) {
    for (row, dh) in rows.zip(dh.chunks_exact_mut(stride)) {
        let dy = &dy[row * columns.stride + columns.first..][..output];
        dh.iter_mut().zip(dy).for_each(|(h, y)| *h += y);
    }
}
