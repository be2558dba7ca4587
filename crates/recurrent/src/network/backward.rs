use super::{Dropout, Extras, Network, States};
use crate::packed::Gains;
use crate::run::{InputGradient, Room, Rows, RunGradients, SpanRoom, StateGradient, Upstream};
use crate::saved::{SavedRun, Steps};
use crate::scratch::{load_state, store_state, Scratch};
use crate::sequence::Sequence;
use unrolled_kernels::dropout::dropout_in_place;
use unrolled_kernels::gemm::{packed_left_len, packed_len, Start};

/// What a backward pass reads and writes.
pub struct Backward<'a, 'g> {
    /// Weights of [`Network::pack`], `[packed_len]`: the parts for backward as far as they are needed, with checkpoints also that for forward.
    pub packed: &'a [f32],
    pub sequence: Sequence<'a>,
    /// `[R, I]` as in forward
    pub x: &'a [f32],
    pub dropout: Option<Dropout<'a>>,
    pub extras: Extras<'a>,
    /// `[R, D·Hout]`; zeros if none
    pub dy: Option<&'a [f32]>,
    /// `[L·D, N, Hout]`; zeros if none
    pub dhn: Option<&'a [f32]>,
    /// `[L·D, N, H]`; zeros if none
    pub dcn: Option<&'a [f32]>,
    /// Zeros if none.
    pub d_states: Option<States<&'a [f32]>>,
    /// `[L·D, T, 2]` out, if wanted: `Σ (∂L/∂h_t)²` and `Σ (∂L/∂c_t)²` over the batch and the units, 0 for cells that have no cell state
    pub squares: Option<&'a mut [f64]>,
    /// `[saved_len]` of forward; used up, but with checkpoints only read
    pub saved: &'a mut [f32],
    /// `[R, I]` out, if wanted
    pub dx: Option<&'a mut [f32]>,
    /// `[L·D, N, Hout]` out, if wanted
    pub dh0: Option<&'a mut [f32]>,
    /// `[L·D, N, H]` out, if wanted
    pub dc0: Option<&'a mut [f32]>,
    /// One for each layer and direction; added to.
    pub gradients: &'a mut [RunGradients<'g>],
    /// `[backward_scratch_len]`
    pub scratch: &'a mut [f32],
}

impl Network {
    /// Values of scratch that [`Network::backward`] needs.
    ///
    /// - `masked` whether there is recurrent dropout
    pub fn backward_scratch_len(&self, batch: usize, rows: usize, masked: bool) -> u64 {
        let dims = &self.dims;
        let chunk = self.backward_rows(batch, rows);
        let projected = if dims.projection > 0 { batch * dims.units() + chunk * (dims.units() + dims.state()) } else { 0 };
        let between = if dims.layers > 1 { 2 * dims.layer_output() } else { 0 };
        let packed = [self.left_len(chunk), self.inputs_len(chunk), self.states_len(chunk)];
        let masks = if masked { 2 * self.mask_len(batch, true) + chunk * dims.state() } else { 0 };
        let pieces = [packed.iter().sum(), dims.columns(), Gains::<()>::len(dims), batch * (dims.state() + dims.units()), projected, masks];
        pieces.iter().map(|len| *len as u64).sum::<u64>() + rows as u64 * between as u64 + self.span_room_len(batch, rows, masked)
    }

    /// Rows of the longest chunk.
    fn backward_rows(&self, batch: usize, rows: usize) -> usize {
        batch.max(self.chunk.backward).min(self.span_rows(batch, rows))
    }

    /// Rows of the longest span: what is between two checkpoints, or everything.
    fn span_rows(&self, batch: usize, rows: usize) -> usize {
        if self.checkpoint_every == 0 {
            rows
        } else {
            batch.saturating_mul(self.checkpoint_every).min(rows)
        }
    }

    fn span_room_len(&self, batch: usize, rows: usize, masked: bool) -> u64 {
        if self.checkpoint_every == 0 {
            return 0;
        }
        self.state_len(batch, masked) + Steps::len(&self.dims, self.span_rows(batch, rows)) + self.dims.output() as u64
    }

    fn span_room<'a>(&self, scratch: &mut Scratch<'a>, batch: usize, rows: usize, masked: bool) -> Option<SpanRoom<'a>> {
        (self.checkpoint_every > 0).then(|| SpanRoom {
            state: self.state(scratch, batch, masked),
            steps: scratch.take(Steps::len(&self.dims, self.span_rows(batch, rows)) as usize),
            y: scratch.take(self.dims.output()),
        })
    }

    /// The largest left-hand side of a product over a chunk's rows.
    fn left_len(&self, chunk: usize) -> usize {
        packed_left_len(chunk, self.dims.hidden.max(self.dims.output()))
    }

    /// The inputs of a chunk as a right-hand side, in the layer where they are widest.
    fn inputs_len(&self, chunk: usize) -> usize {
        packed_len(chunk, self.dims.input.max(if self.dims.layers > 1 { self.dims.layer_output() } else { 0 }))
    }

    /// The states of a chunk as a right-hand side, or the outputs before a projection.
    fn states_len(&self, chunk: usize) -> usize {
        packed_len(chunk, self.dims.hidden)
    }

    fn room<'a>(&self, scratch: &mut Scratch<'a>, batch: usize, chunk: usize, masked: bool) -> Room<'a> {
        let (dims, projected) = (&self.dims, self.dims.projection > 0);
        Room {
            left: scratch.take(self.left_len(chunk)),
            inputs: scratch.take(self.inputs_len(chunk)),
            states: scratch.take(self.states_len(chunk)),
            sums: scratch.take(dims.columns()),
            norm_sums: scratch.take(Gains::<()>::len(dims)),
            d_unprojected: scratch.take_if(projected, batch * dims.units()),
            unprojected: scratch.take_if(projected, chunk * dims.units()),
            dh_rows: scratch.take_if(projected, chunk * dims.state()),
            masked_rows: scratch.take_if(masked, chunk * dims.state()),
            d_masked: scratch.take(self.mask_len(batch, masked)),
        }
    }

    /// Backpropagation through time through all layers: gradients of the input, the initial states and the parameters.
    pub fn backward(&self, call: Backward) {
        let Backward { packed, sequence, x, dropout, extras, dy, dhn, dcn, d_states, mut squares, saved, .. } = call;
        let Backward { mut dx, mut dh0, mut dc0, gradients, scratch, .. } = call;
        let dims = &self.dims;
        let (batch, rows) = (sequence.batch(), sequence.total_rows());
        let mut scratch = Scratch::new(scratch);
        let mut state =
            StateGradient { h: scratch.take(batch * dims.state()), c: scratch.take(batch * dims.units()), initial_wanted: dh0.is_some() };
        let masked = extras.recurrent_dropout.is_some();
        let mut room = self.room(&mut scratch, batch, self.backward_rows(batch, rows), masked);
        let mut span = self.span_room(&mut scratch, batch, rows, masked);
        let mask = scratch.take(self.mask_len(batch, masked));
        let steps = sequence.steps();
        if let Some(squares) = &mut squares {
            squares.fill(0.0);
        }
        let between = rows * dims.layer_output();
        let (mut below, mut above) = (scratch.take_if(dims.layers > 1, between), scratch.take_if(dims.layers > 1, between));
        let mut saved = self.saved(sequence, saved);
        for layer in (0..dims.layers).rev() {
            let dy = if layer + 1 == dims.layers { dy } else { Some(&*above) };
            for direction in 0..dims.directions {
                let index = layer * dims.directions + direction;
                load_state(state.h, dhn, index, batch, dims.output(), dims.state());
                load_state(state.c, dcn, index, batch, dims.hidden, dims.units());
                let SavedRun { input, trace, .. } = saved.run(layer, direction);
                let x = if layer == 0 { x } else { input };
                let dx = if layer == 0 { dx.as_deref_mut() } else { Some(&mut *below) };
                let start = if direction == 0 { Start::Zero } else { Start::Target };
                let dx = dx.map(|dx| InputGradient { dx, start });
                let mut upstream = Upstream {
                    dy,
                    columns: self.columns(direction),
                    states: d_states.as_ref().map(|States { h, c }| {
                        let of_run = self.rows_of_run(index, rows);
                        Rows { h: &h[of_run.h], c: &c[of_run.c] }
                    }),
                    squares: squares.as_mut().map(|squares| &mut squares[2 * index * steps..][..2 * steps]),
                };
                let run = self.run(layer, direction, sequence, packed, &extras, mask);
                run.backward_tracing(x, trace, &mut upstream, &mut state, dx, &mut gradients[index], &mut room, span.as_mut());
                store_state(state.h, dh0.as_deref_mut(), index, batch, dims.output(), dims.state());
                store_state(state.c, dc0.as_deref_mut(), index, batch, dims.hidden, dims.units());
            }
            if let (Some(Dropout { p, seeds }), true) = (dropout, layer > 0) {
                dropout_in_place(seeds[layer - 1], p, below);
            }
            core::mem::swap(&mut below, &mut above);
        }
    }
}
