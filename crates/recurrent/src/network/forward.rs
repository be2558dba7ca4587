use super::{Dropout, Extras, Network, States};
use crate::run::{Chunk, Output, Rows, State};
use crate::saved::SavedRun;
use crate::scratch::{load_state, store_state, Scratch};
use crate::sequence::Sequence;
use unrolled_kernels::dropout::dropout_in_place;

/// What a forward pass reads and writes.
pub struct Forward<'a> {
    /// Weights of [`Network::pack`], `[packed_len]`: [`Part::Forward`](crate::Part).
    pub packed: &'a [f32],
    pub sequence: Sequence<'a>,
    /// `[R, I]`
    pub x: &'a [f32],
    /// `[L·D, N, Hout]`; zeros if none
    pub h0: Option<&'a [f32]>,
    /// `[L·D, N, H]`; zeros if none
    pub c0: Option<&'a [f32]>,
    pub dropout: Option<Dropout<'a>>,
    pub extras: Extras<'a>,
    /// `[R, D·Hout]` out
    pub y: &'a mut [f32],
    /// `[L·D, N, Hout]` out
    pub hn: &'a mut [f32],
    /// `[L·D, N, H]` out; none for cells that have no cell state
    pub cn: Option<&'a mut [f32]>,
    /// Out, if they are wanted.
    pub states: Option<States<&'a mut [f32]>>,
    /// `[saved_len]` out, if there will be a backward pass
    pub saved: Option<&'a mut [f32]>,
    /// `[forward_scratch_len]`
    pub scratch: &'a mut [f32],
}

impl Network {
    /// Values of scratch that [`Network::forward`] needs.
    ///
    /// - `masked` whether there is recurrent dropout
    pub fn forward_scratch_len(&self, batch: usize, rows: usize, saving: bool, masked: bool) -> u64 {
        let dims = &self.dims;
        let between = if dims.layers > 1 && !saving { 2 * dims.layer_output() } else { 0 };
        let chunk = if self.saves_steps(saving) { 0 } else { self.forward_rows(batch, rows) };
        let mask = self.mask_len(batch, masked);
        mask as u64 + self.state_len(batch, masked) + chunk as u64 * Chunk::width(dims) as u64 + rows as u64 * between as u64
    }

    /// Whether the step matrices of the whole sequence are saved, and no room is needed for those of a chunk.
    fn saves_steps(&self, saving: bool) -> bool {
        saving && self.checkpoint_every == 0
    }

    /// Values of a running state.
    pub(super) fn state_len(&self, batch: usize, masked: bool) -> u64 {
        let dims = &self.dims;
        let unprojected = if dims.projection > 0 { dims.units() } else { 0 };
        batch as u64 * (dims.state() + dims.cell_state() + unprojected) as u64 + self.mask_len(batch, masked) as u64
    }

    pub(super) fn state<'a>(&self, scratch: &mut Scratch<'a>, batch: usize, masked: bool) -> State<'a> {
        let dims = &self.dims;
        State {
            h: scratch.take(batch * dims.state()),
            c: scratch.take(batch * dims.cell_state()),
            unprojected: scratch.take_if(dims.projection > 0, batch * dims.units()),
            masked: scratch.take(self.mask_len(batch, masked)),
        }
    }

    /// Rows of the longest chunk.
    fn forward_rows(&self, batch: usize, rows: usize) -> usize {
        batch.max(self.chunk.forward).min(rows)
    }

    /// The whole sequence through all layers.
    pub fn forward(&self, call: Forward) {
        let Forward { packed, sequence, x, h0, c0, dropout, extras, y, hn, mut cn, mut states, saved, scratch } = call;
        let dims = &self.dims;
        let (batch, rows) = (sequence.batch(), sequence.total_rows());
        let mut scratch = Scratch::new(scratch);
        let masked = extras.recurrent_dropout.is_some();
        let mut state = self.state(&mut scratch, batch, masked);
        let mask = scratch.take(self.mask_len(batch, masked));
        let chunk = scratch.take_if(!self.saves_steps(saved.is_some()), self.forward_rows(batch, rows) * Chunk::width(dims));
        let between = rows * dims.layer_output();
        let unsaved = saved.is_none() && dims.layers > 1;
        let (mut below, mut above) = (scratch.take_if(unsaved, between), scratch.take_if(unsaved, between));
        let mut saved = saved.map(|values| self.saved(sequence, values));
        for layer in 0..dims.layers {
            let last = layer + 1 == dims.layers;
            for direction in 0..dims.directions {
                let index = layer * dims.directions + direction;
                load_state(state.h, h0, index, batch, dims.output(), dims.state());
                load_state(state.c, c0, index, batch, dims.hidden, dims.units());
                let (input, output, trace) = match saved.as_mut().map(|saved| saved.run(layer, direction)) {
                    Some(SavedRun { input, output, trace }) => (input, output, Some(trace)),
                    None => (&mut *below, &mut *above, None),
                };
                let input = if layer == 0 { x } else { input };
                let output = if last { &mut *y } else { output };
                let states = states.as_mut().map(|States { h, c }| {
                    let of_run = self.rows_of_run(index, rows);
                    Rows { h: &mut h[of_run.h], c: &mut c[of_run.c] }
                });
                let run = self.run(layer, direction, sequence, packed, &extras, mask);
                run.forward_tracing(input, Output { y: output, columns: self.columns(direction), states }, &mut state, chunk, trace);
                store_state(state.h, Some(&mut *hn), index, batch, dims.output(), dims.state());
                store_state(state.c, cn.as_deref_mut(), index, batch, dims.hidden, dims.units());
            }
            if let (Some(Dropout { p, seeds }), false) = (dropout, last) {
                let output = saved.as_mut().map_or(&mut *above, |saved| saved.run(layer, 0).output);
                dropout_in_place(seeds[layer], p, output);
            }
            core::mem::swap(&mut below, &mut above);
        }
    }
}
