//! A run over what is saved of it: every step, or checkpoints between which backward computes the steps again.
//!
//! A span is a walk of its own, over its own rows; only the state and its gradient go from one to the next. What is computed again is what
//! forward has computed, by the same code on the same numbers, so the gradients are the same to the last bit.

use super::{Activations, Chunk, Columns, Gates, InputGradient, Output, Room, Rows, Run, RunGradients, State, StateGradient, Upstream};
use crate::checkpoints::Checkpoints;
use crate::dims::Dims;
use crate::saved::{Steps, Trace};
use core::ops::Range;

/// Room in which a span is computed again.
pub struct SpanRoom<'a> {
    /// The running state of forward.
    pub state: State<'a>,
    /// [`Steps`] of the longest span.
    pub steps: &'a mut [f32],
    /// `[Hout]` the outputs, each over the one before: the layer above has them.
    pub y: &'a mut [f32],
}

impl Run<'_> {
    /// [`Run::forward`], leaving a trace if there will be a backward pass.
    ///
    /// - `chunk` `[rows, columns]` step matrices of the longest chunk; empty if the trace has those of all steps
    pub fn forward_tracing(&self, x: &[f32], mut output: Output, state: &mut State, chunk: &mut [f32], trace: Option<Trace>) {
        match trace {
            None => self.forward(x, output, state, Gates::Chunk(Chunk::new(self.dims, chunk))),
            Some(Trace::Steps(steps)) => self.forward(x, output, state, Gates::Saved(steps)),
            Some(Trace::Checkpoints(mut checkpoints)) => {
                for span in self.walk.spans(checkpoints.every) {
                    checkpoints.keep(span.start, state);
                    let (run, rows) = self.part(span);
                    run.forward(
                        &x[rows.start * self.input..],
                        output.part(self.dims, rows),
                        state,
                        Gates::Chunk(Chunk::new(self.dims, chunk)),
                    );
                }
            }
        }
    }

    /// [`Run::backward`] from a trace, with the biases' gradients.
    ///
    /// - `span` room for a span if the trace has checkpoints, which are only read; saved steps are used up
    #[allow(clippy::too_many_arguments)]
    pub fn backward_tracing(
        &self,
        x: &[f32],
        trace: Trace,
        upstream: &mut Upstream,
        state: &mut StateGradient,
        dx: Option<InputGradient>,
        gradients: &mut RunGradients,
        room: &mut Room,
        span: Option<&mut SpanRoom>,
    ) {
        room.sums.fill(0.0);
        room.norm_sums.fill(0.0);
        match (trace, span) {
            (Trace::Steps(Steps { gates, h_before, c_before, norm }), _) => {
                self.backward(&mut Activations { x, gates, h_before, c_before, norm }, upstream, state, dx, gradients, room);
            }
            (Trace::Checkpoints(checkpoints), Some(span)) => {
                self.backward_spans(x, &checkpoints, upstream, state, dx, gradients, room, span);
            }
            (Trace::Checkpoints(_), None) => unreachable!("checkpoints have room for a span"),
        }
        self.add_bias_gradients(gradients, room.sums);
        if self.dims.layer_norm {
            self.add_norm_gradients(gradients, room.norm_sums);
        }
    }

    /// All spans, last first: each forward again from its checkpoint, then backward.
    #[allow(clippy::too_many_arguments)]
    #[inline(never)]
    fn backward_spans(
        &self,
        x: &[f32],
        checkpoints: &Checkpoints,
        upstream: &mut Upstream,
        state: &mut StateGradient,
        mut dx: Option<InputGradient>,
        gradients: &mut RunGradients,
        room: &mut Room,
        SpanRoom { state: again, steps, y }: &mut SpanRoom,
    ) {
        let initial_wanted = state.initial_wanted;
        for span in self.walk.spans(checkpoints.every).rev() {
            state.initial_wanted = initial_wanted || span.start > 0;
            checkpoints.restore(span.start, again);
            let (run, rows) = self.part(span.clone());
            let x = &x[rows.start * self.input..];
            let saved = Gates::Saved(Steps::new(self.dims, rows.len(), steps));
            run.forward(x, Output { y, columns: Columns { first: 0, stride: 0 }, states: None }, again, saved);
            let mut part = upstream.part(self.dims, &rows, self.walk.times(span));
            let dx = dx.as_mut().map(|InputGradient { dx, start }| InputGradient { dx: &mut dx[rows.start * self.input..], start: *start });
            let Steps { gates, h_before, c_before, norm } = Steps::new(self.dims, rows.len(), steps);
            run.backward(&mut Activations { x, gates, h_before, c_before, norm }, &mut part, state, dx, gradients, room);
        }
    }

    /// Some steps of the walk as a run of its own, and which rows these are.
    fn part(&self, steps: Range<usize>) -> (Self, Range<usize>) {
        let rows = self.walk.rows_of(steps.clone());
        let reset = self.reset.map(|reset| &reset[rows.clone()]);
        (Self { walk: self.walk.part(steps), reset, ..*self }, rows)
    }
}

impl Output<'_> {
    /// That of some rows, as rows from 0.
    fn part(&mut self, dims: &Dims, rows: Range<usize>) -> Output<'_> {
        let states = self.states.as_mut().map(|states| Rows {
            h: &mut states.h[rows.start * dims.output()..],
            c: if dims.cell.has_cell_state() { &mut states.c[rows.start * dims.hidden..] } else { &mut [] },
        });
        Output { y: &mut self.y[rows.start * self.columns.stride..], columns: self.columns, states }
    }
}

impl Upstream<'_> {
    /// That of some rows and times, as rows and times from 0.
    fn part(&mut self, dims: &Dims, rows: &Range<usize>, times: Range<usize>) -> Upstream<'_> {
        let states = self.states.as_ref().map(|states| Rows {
            h: &states.h[rows.start * dims.output()..],
            c: if dims.cell.has_cell_state() { &states.c[rows.start * dims.hidden..] } else { &[] },
        });
        Upstream {
            dy: self.dy.map(|dy| &dy[rows.start * self.columns.stride..]),
            columns: self.columns,
            states,
            squares: self.squares.as_mut().map(|squares| &mut squares[2 * times.start..2 * times.end]),
        }
    }
}
