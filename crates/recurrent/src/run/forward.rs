//! Forward through time.

use super::{Columns, Run};
use std::ops::Range;
use unrolled_kernels::cell::{gru_step, lstm_step, rnn_step, Cell};
use unrolled_kernels::gemm::{gemm, gemm_groups, Start};

/// The running state `[N, state]`, `[N, units]`, and what a step needs besides.
pub struct State<'a> {
    pub h: &'a mut [f32],
    /// Empty for cells that have no cell state.
    pub c: &'a mut [f32],
    /// `[N, units]` the LSTM's output before the projection; empty without one.
    pub unprojected: &'a mut [f32],
}

/// Where the step matrices go: all of them if backward will want them, else those of one chunk.
pub enum Gates<'a> {
    Saved { gates: &'a mut [f32], h_before: &'a mut [f32], c_before: &'a mut [f32] },
    Chunk(&'a mut [f32]),
}

impl Run<'_> {
    /// All steps: `x` `[R, I]` to `y`, `state` from the initial to the final one.
    pub fn forward(&self, x: &[f32], y: &mut [f32], columns: Columns, state: &mut State, mut gates: Gates) {
        let steps = self.walk.sequence.steps();
        let mut start = 0;
        while start < steps {
            let chunk = self.walk.chunk_from(start, self.chunk.forward);
            let rows = self.walk.rows_of(chunk.clone());
            self.input_product(x, rows.clone(), gates.of(rows.clone(), self.dims.columns()));
            for s in chunk.clone() {
                self.step(self.walk.rows(s), rows.start, y, columns, state, &mut gates);
            }
            start = chunk.end;
        }
    }

    // These, and their likes in backward.rs, stay functions in the compiled core: `npm run bench -- --mode profile` tells phases by their names.

    /// `W_ih·x + b` for all rows of a chunk: only the product with `h` has to wait for the step before.
    #[inline(never)]
    fn input_product(&self, x: &[f32], rows: Range<usize>, gates: &mut [f32]) {
        let (columns, filled, units) = (self.dims.columns(), self.dims.product_columns(), self.dims.units());
        let (bias, rest) = self.weights(&self.ranges.bias).split_at(filled);
        let (x, weights) = (&x[rows.start * self.input..], self.weights(&self.ranges.ih));
        gemm_groups(rows.len(), filled, units, self.input, x, self.input, weights, gates, columns, Start::Row(bias));
        if !rest.is_empty() {
            // The GRU's q has no share of x.
            gates.chunks_exact_mut(columns).for_each(|row| row[filled..].copy_from_slice(rest));
        }
    }

    #[inline(never)]
    fn step(&self, rows: Range<usize>, chunk_start: usize, y: &mut [f32], target: Columns, state: &mut State, gates: &mut Gates) {
        let (n, dims) = (rows.len(), self.dims);
        let (columns, stride, units, output) = (dims.columns(), dims.state(), dims.units(), dims.output());
        let step = match gates {
            Gates::Saved { gates, h_before, c_before } => {
                h_before[rows.start * stride..rows.end * stride].copy_from_slice(&state.h[..n * stride]);
                if dims.cell.has_cell_state() {
                    c_before[rows.start * units..rows.end * units].copy_from_slice(&state.c[..n * units]);
                }
                &mut gates[rows.start * columns..rows.end * columns]
            }
            Gates::Chunk(gates) => &mut gates[(rows.start - chunk_start) * columns..(rows.end - chunk_start) * columns],
        };
        if n > 0 {
            let hidden = &mut step[dims.first_hidden_column()..];
            let weights = self.weights(&self.ranges.hh);
            gemm_groups(n, dims.product_columns(), units, output, state.h, stride, weights, hidden, columns, Start::Target);
        }
        self.cell(n, step, state);
        for (row, h) in rows.zip(state.h.chunks_exact(stride)) {
            y[row * target.stride + target.first..][..output].copy_from_slice(&h[..output]);
        }
    }

    #[inline(never)]
    fn cell(&self, n: usize, step: &mut [f32], state: &mut State) {
        let units = self.dims.units();
        match self.dims.cell {
            Cell::Tanh => rnn_step(n, units, false, step, state.h),
            Cell::Relu => rnn_step(n, units, true, step, state.h),
            Cell::Gru => gru_step(n, units, step, state.h),
            Cell::Lstm if self.dims.projection == 0 => lstm_step(n, units, step, state.c, state.h),
            Cell::Lstm => {
                lstm_step(n, units, step, state.c, state.unprojected);
                let (weights, stride) = (self.weights(&self.ranges.hr), self.dims.state());
                gemm(n, stride, self.dims.hidden, state.unprojected, units, weights, state.h, stride, Start::Zero);
            }
        }
    }
}

impl Gates<'_> {
    /// The step matrices of a chunk's rows.
    fn of(&mut self, rows: Range<usize>, columns: usize) -> &mut [f32] {
        match self {
            Gates::Saved { gates, .. } => &mut gates[rows.start * columns..rows.end * columns],
            Gates::Chunk(gates) => &mut gates[..rows.len() * columns],
        }
    }
}
