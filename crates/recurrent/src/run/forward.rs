//! Forward through time.

use super::{Columns, Rows, Run};
use crate::dims::Dims;
use crate::packed::Gains;
use crate::saved::{NormRows, Steps};
use core::ops::Range;
use unrolled_kernels::cell::{add_scaled, gru_step, lstm_norm_step, lstm_step, normalize, rnn_step, Cell, CellNorm};
use unrolled_kernels::gemm::{gemm, gemm_groups, Start};

/// The running state `[N, state]`, `[N, units]`, and what a step needs besides.
pub struct State<'a> {
    pub h: &'a mut [f32],
    /// Empty for cells that have no cell state.
    pub c: &'a mut [f32],
    /// `[N, units]` the LSTM's output before the projection; empty without one.
    pub unprojected: &'a mut [f32],
    /// `[N, state]` `h` under the mask of recurrent dropout; empty without one.
    pub masked: &'a mut [f32],
}

/// Where the results of steps go.
pub struct Output<'a> {
    /// The layer's output, of which a run writes `columns`.
    pub y: &'a mut [f32],
    pub columns: Columns,
    /// The states after each step, if they are wanted.
    pub states: Option<Rows<&'a mut [f32]>>,
}

/// Where the step matrices go: all of them if backward will want them, else those of one chunk.
pub enum Gates<'a> {
    Saved(Steps<'a>),
    Chunk(Chunk<'a>),
}

/// Room for the rows of one chunk.
pub struct Chunk<'a> {
    /// `[rows, columns]`
    gates: &'a mut [f32],
    norm: NormRows<'a>,
}

impl<'a> Chunk<'a> {
    /// Values of a row.
    pub fn width(dims: &Dims) -> usize {
        dims.columns() + NormRows::width(dims)
    }

    /// - `values` `[rows, width]`
    pub fn new(dims: &Dims, values: &'a mut [f32]) -> Self {
        let rows = values.len() / Self::width(dims);
        let (gates, norm) = values.split_at_mut(rows * dims.columns());
        Self { gates, norm: NormRows::new(dims, rows, norm) }
    }
}

impl Run<'_> {
    /// All steps: `x` `[R, I]` to `output`, `state` from the initial to the final one.
    pub fn forward(&self, x: &[f32], mut output: Output, state: &mut State, mut gates: Gates) {
        let steps = self.walk.sequence.steps();
        let mut start = 0;
        while start < steps {
            let chunk = self.walk.chunk_from(start, self.chunk.forward);
            let rows = self.walk.rows_of(chunk.clone());
            self.input_product(x, rows.clone(), &mut gates);
            for s in chunk.clone() {
                self.step(self.walk.rows(s), rows.start, &mut output, state, &mut gates);
            }
            start = chunk.end;
        }
    }

    // These, and their likes in backward.rs, stay functions in the compiled core: `npm run bench -- --mode profile` tells phases by their names.

    /// `W_ih·x + b` for all rows of a chunk: only the product with `h` has to wait for the step before.
    #[inline(never)]
    fn input_product(&self, x: &[f32], rows: Range<usize>, gates: &mut Gates) {
        let (columns, filled, units) = (self.dims.columns(), self.dims.product_columns(), self.dims.units());
        let (gates, norm, first) = gates.of(rows.clone(), rows.start, columns);
        let (bias, rest) = self.weights(&self.ranges.bias).split_at(filled);
        let (x, weights) = (&x[rows.start * self.input..], self.weights(&self.ranges.ih));
        if self.dims.layer_norm {
            let raw = &mut norm.ih[first * filled..(first + rows.len()) * filled];
            gemm_groups(rows.len(), filled, units, self.input, x, self.input, weights, raw, filled, Start::Zero);
            normalize(self.dims.cell.gates(), self.dims.hidden, units, raw, &mut norm.scales[0][first..first + rows.len()]);
            add_scaled(raw, self.gains().ih, Some(bias), gates, columns);
        } else {
            gemm_groups(rows.len(), filled, units, self.input, x, self.input, weights, gates, columns, Start::Row(bias));
        }
        if !rest.is_empty() {
            // The GRU's q has no share of x.
            gates.chunks_exact_mut(columns).for_each(|row| row[filled..].copy_from_slice(rest));
        }
    }

    #[inline(never)]
    fn step(&self, rows: Range<usize>, chunk_start: usize, target: &mut Output, state: &mut State, gates: &mut Gates) {
        let (n, dims) = (rows.len(), self.dims);
        let (columns, stride, units, output) = (dims.columns(), dims.state(), dims.units(), dims.output());
        self.each_reset(rows.clone(), |place| {
            state.h[place * stride..][..stride].fill(0.0);
            state.c[place * dims.cell_state()..][..dims.cell_state()].fill(0.0);
        });
        if let Gates::Saved(Steps { h_before, c_before, .. }) = gates {
            h_before[rows.start * stride..rows.end * stride].copy_from_slice(&state.h[..n * stride]);
            if dims.cell.has_cell_state() {
                c_before[rows.start * units..rows.end * units].copy_from_slice(&state.c[..n * units]);
            }
        }
        let (step, norm, first) = gates.of(rows.clone(), chunk_start, columns);
        if n > 0 {
            let hidden = &mut step[dims.first_hidden_column()..];
            let weights = self.weights(&self.ranges.hh);
            let h = match self.mask {
                None => &*state.h,
                Some(mask) => {
                    masked(state.h, mask, n * stride, state.masked);
                    &*state.masked
                }
            };
            let filled = dims.product_columns();
            if dims.layer_norm {
                let raw = &mut norm.hh[first * filled..(first + n) * filled];
                gemm_groups(n, filled, units, output, h, stride, weights, raw, filled, Start::Zero);
                normalize(dims.cell.gates(), dims.hidden, units, raw, &mut norm.scales[1][first..first + n]);
                add_scaled(raw, self.gains().hh, None, hidden, columns);
            } else {
                gemm_groups(n, filled, units, output, h, stride, weights, hidden, columns, Start::Target);
            }
        }
        if dims.layer_norm && dims.cell.has_cell_state() {
            self.norm_cell(n, step, norm, first, state);
        } else {
            self.cell(n, step, state);
        }
        let Output { y, columns, states } = target;
        for (row, h) in rows.clone().zip(state.h.chunks_exact(stride)) {
            y[row * columns.stride + columns.first..][..output].copy_from_slice(&h[..output]);
        }
        if let Some(states) = states {
            copy_rows(state.h, stride, rows.clone(), states.h, output);
            if dims.cell.has_cell_state() {
                copy_rows(state.c, units, rows, states.c, dims.hidden);
            }
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
                self.project(n, state);
            }
        }
    }
}

impl Run<'_> {
    /// The gains of layer norm.
    pub(super) fn gains(&self) -> Gains<&[f32]> {
        Gains::<()>::read(self.dims, self.weights(&self.ranges.norm))
    }

    pub(super) fn cell_norm(&self) -> CellNorm<'_> {
        let Gains { c, c_bias, .. } = self.gains();
        CellNorm { gain: c, bias: c_bias }
    }

    /// An LSTM's step with layer norm; `first` is the step's first row in `rows`.
    #[inline(never)]
    fn norm_cell(&self, n: usize, step: &mut [f32], rows: &mut NormRows, first: usize, state: &mut State) {
        let (dims, units) = (self.dims, self.dims.units());
        let c_norm = &mut rows.c[first * units..(first + n) * units];
        let scales = &mut rows.scales[2][first..first + n];
        let target = if dims.projection == 0 { &mut *state.h } else { &mut *state.unprojected };
        lstm_norm_step(dims.hidden, units, step, self.cell_norm(), &mut state.c[..n * units], c_norm, scales, &mut target[..n * units]);
        if dims.projection > 0 {
            self.project(n, state);
        }
    }

    /// `h = W_hr·unprojected`
    #[inline(never)]
    fn project(&self, n: usize, state: &mut State) {
        let (dims, stride) = (self.dims, self.dims.state());
        gemm(n, stride, dims.hidden, state.unprojected, dims.units(), self.weights(&self.ranges.hr), state.h, stride, Start::Zero);
    }
}

/// `target = h ⊙ mask`, for so many values.
#[inline(never)]
pub(super) fn masked(h: &[f32], mask: &[f32], len: usize, target: &mut [f32]) {
    for ((target, h), mask) in target[..len].iter_mut().zip(h).zip(mask) {
        *target = h * mask;
    }
}

/// Copies the first `size` values of rows `stride` apart to rows of a matrix `[R, size]`.
#[inline(never)]
fn copy_rows(source: &[f32], stride: usize, rows: Range<usize>, target: &mut [f32], size: usize) {
    for (row, values) in rows.zip(source.chunks_exact(stride)) {
        target[row * size..][..size].copy_from_slice(&values[..size]);
    }
}

impl<'a> Gates<'a> {
    /// The step matrices of some rows of a chunk, and where layer norm keeps what it needs: from which row on.
    fn of(&mut self, rows: Range<usize>, chunk_start: usize, columns: usize) -> (&mut [f32], &mut NormRows<'a>, usize) {
        let (gates, norm, first) = match self {
            Gates::Saved(Steps { gates, norm, .. }) => (gates, norm, rows.start),
            Gates::Chunk(Chunk { gates, norm }) => (gates, norm, rows.start - chunk_start),
        };
        (&mut gates[first * columns..(first + rows.len()) * columns], norm, first)
    }
}
