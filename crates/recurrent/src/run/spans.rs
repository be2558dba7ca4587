//! A run over what is saved of it: every step, or checkpoints between which backward computes the steps again.
//!
//! A span is a walk of its own, over its own rows; only the state and its gradient go from one to the next. What is computed again is what
//! forward has computed, by the same code on the same numbers, so the gradients are the same to the last bit.

use super::{Activations, Columns, Gates, InputGradient, Room, Run, RunGradients, State, StateGradient};
use crate::checkpoints::Checkpoints;
use crate::saved::{Steps, Trace};
use std::ops::Range;

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
    pub fn forward_tracing(&self, x: &[f32], y: &mut [f32], columns: Columns, state: &mut State, chunk: &mut [f32], trace: Option<Trace>) {
        match trace {
            None => self.forward(x, y, columns, state, Gates::Chunk(chunk)),
            Some(Trace::Steps(Steps { gates, h_before, c_before })) => {
                self.forward(x, y, columns, state, Gates::Saved { gates, h_before, c_before });
            }
            Some(Trace::Checkpoints(mut checkpoints)) => {
                for span in self.walk.spans(checkpoints.every) {
                    checkpoints.keep(span.start, state);
                    let (run, rows) = self.part(span);
                    let (x, y) = (&x[rows.start * self.input..], &mut y[rows.start * columns.stride..]);
                    run.forward(x, y, columns, state, Gates::Chunk(&mut *chunk));
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
        dy: Option<&[f32]>,
        columns: Columns,
        state: &mut StateGradient,
        dx: Option<InputGradient>,
        gradients: &mut RunGradients,
        room: &mut Room,
        span: Option<&mut SpanRoom>,
    ) {
        room.sums.fill(0.0);
        match (trace, span) {
            (Trace::Steps(Steps { gates, h_before, c_before }), _) => {
                self.backward(&mut Activations { x, gates, h_before, c_before }, dy, columns, state, dx, gradients, room);
            }
            (Trace::Checkpoints(checkpoints), Some(span)) => {
                self.backward_spans(x, &checkpoints, dy, columns, state, dx, gradients, room, span);
            }
            (Trace::Checkpoints(_), None) => unreachable!("checkpoints have room for a span"),
        }
        self.add_bias_gradients(gradients, room.sums);
    }

    /// All spans, last first: each forward again from its checkpoint, then backward.
    #[allow(clippy::too_many_arguments)]
    fn backward_spans(
        &self,
        x: &[f32],
        checkpoints: &Checkpoints,
        dy: Option<&[f32]>,
        columns: Columns,
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
            let (run, rows) = self.part(span);
            let x = &x[rows.start * self.input..];
            let Steps { gates, h_before, c_before } = Steps::new(self.dims, rows.len(), steps);
            let saved = Gates::Saved { gates: &mut *gates, h_before: &mut *h_before, c_before: &mut *c_before };
            run.forward(x, y, Columns { first: 0, stride: 0 }, again, saved);
            let dy = dy.map(|dy| &dy[rows.start * columns.stride..]);
            let dx = dx.as_mut().map(|InputGradient { dx, start }| InputGradient { dx: &mut dx[rows.start * self.input..], start: *start });
            run.backward(&mut Activations { x, gates, h_before, c_before }, dy, columns, state, dx, gradients, room);
        }
    }

    /// Some steps of the walk as a run of its own, and which rows these are.
    fn part(&self, steps: Range<usize>) -> (Self, Range<usize>) {
        let rows = self.walk.rows_of(steps.clone());
        (Self { walk: self.walk.part(steps), ..*self }, rows)
    }
}
