//! Backward through layer norm, which keeps the gradients of the two products apart.

use super::{Activations, Room, Run, RunGradients, StateGradient};
use crate::packed::Gains;
use core::ops::Range;
use unrolled_kernels::add;
use unrolled_kernels::cell::{lstm_norm_output, lstm_norm_step_backward, normalize_backward, CellNormGradient};

/// The gradients of one of the two products, rows `stride` apart; its slots begin with `first_slot`.
pub(super) struct Side<'a> {
    pub values: &'a [f32],
    pub stride: usize,
    pub first_slot: usize,
}

impl Run<'_> {
    pub(super) fn input_side<'s>(&self, a: &'s Activations) -> Side<'s> {
        if self.dims.layer_norm {
            Side { values: a.norm.ih, stride: self.dims.product_columns(), first_slot: 0 }
        } else {
            Side { values: a.gates, stride: self.dims.columns(), first_slot: 0 }
        }
    }

    pub(super) fn hidden_side<'s>(&self, a: &'s Activations) -> Side<'s> {
        if self.dims.layer_norm {
            Side { values: a.norm.hh, stride: self.dims.product_columns(), first_slot: self.dims.cell.first_hidden_slot() }
        } else {
            Side { values: a.gates, stride: self.dims.columns(), first_slot: 0 }
        }
    }

    /// Whether a step's rows enter a sum over time last one first.
    fn descending(&self) -> bool {
        !self.walk.reverse
    }

    /// An LSTM's step back: from the gradients of `h'` and `c'` to those of the pre-activations and of `c`. Returns the sum of the squares of the
    /// gradient of `c'`.
    #[inline(never)]
    pub(super) fn norm_cell_backward(
        &self,
        rows: Range<usize>,
        chunk_start: usize,
        a: &mut Activations,
        state: &mut StateGradient,
        room: &mut Room,
    ) -> f64 {
        let (dims, n, units, stride) = (self.dims, rows.len(), self.dims.units(), self.dims.state());
        let step = &mut a.gates[rows.start * dims.columns()..rows.end * dims.columns()];
        let of_units = rows.start * units..rows.end * units;
        let c_norm = &mut a.norm.c[of_units.clone()];
        if dims.projection > 0 {
            let row = rows.start - chunk_start;
            lstm_norm_output(units, step, self.cell_norm(), c_norm, &mut room.unprojected[row * units..(row + n) * units]);
            room.dh_rows[row * stride..(row + n) * stride].copy_from_slice(&state.h[..n * stride]);
            self.projected_back(n, state.h, room);
        }
        let dh = if dims.projection > 0 { &mut *room.d_unprojected } else { &mut *state.h };
        let Gains { c, c_bias, .. } = Gains::<()>::of(dims, room.norm_sums);
        let mut gradient = CellNormGradient { gain: c, bias: c_bias, descending: self.descending() };
        let (scales, dc) = (&a.norm.scales[2][rows], &mut state.c[..n * units]);
        let (hidden, norm, c_before) = (dims.hidden, self.cell_norm(), &a.c_before[of_units]);
        lstm_norm_step_backward(hidden, units, step, norm, c_before, c_norm, scales, &mut dh[..n * units], dc, &mut gradient)
    }

    /// From the gradients of the pre-activations to those of both products, in the place of what was saved of these.
    #[inline(never)]
    pub(super) fn norm_products_backward(&self, rows: Range<usize>, a: &mut Activations, room: &mut Room) {
        let (dims, filled, gates) = (self.dims, self.dims.product_columns(), self.dims.cell.gates());
        let (hidden, units, columns) = (dims.hidden, dims.units(), dims.columns());
        let step = &a.gates[rows.start * columns..rows.end * columns];
        let sums = Gains::<()>::of(dims, room.norm_sums);
        let of_rows = rows.start * filled..rows.end * filled;
        let (x, scales) = (&mut a.norm.ih[of_rows.clone()], &a.norm.scales[0][rows.clone()]);
        normalize_backward(gates, hidden, units, step, columns, self.gains().ih, x, scales, sums.ih, self.descending());
        let (h, scales) = (&mut a.norm.hh[of_rows], &a.norm.scales[1][rows]);
        let step = &step[dims.first_hidden_column()..];
        normalize_backward(gates, hidden, units, step, columns, self.gains().hh, h, scales, sums.hh, self.descending());
    }

    pub(super) fn add_norm_gradients(&self, gradients: &mut RunGradients, sums: &mut [f32]) {
        let (hidden, units, cell) = (self.dims.hidden, self.dims.units(), self.dims.cell);
        let Gains { ih, hh, c, c_bias } = Gains::<()>::of(self.dims, sums);
        add_gates(gradients.norm_ih.as_deref_mut(), hidden, units, ih, |gate| cell.input_slot(gate));
        add_gates(gradients.norm_hh.as_deref_mut(), hidden, units, hh, |gate| cell.hidden_slot(gate) - cell.first_hidden_slot());
        add_gates(gradients.norm_c.as_deref_mut(), hidden, units, c, |gate| gate);
        add_gates(gradients.norm_c_bias.as_deref_mut(), hidden, units, c_bias, |gate| gate);
    }
}

/// Adds sums at their slots to a gradient `[gates·H]`.
#[inline(never)]
pub(super) fn add_gates(target: Option<&mut [f32]>, hidden: usize, units: usize, sums: &[f32], slot: impl Fn(usize) -> usize) {
    for (gate, target) in target.into_iter().flat_map(|target| target.chunks_exact_mut(hidden)).enumerate() {
        add(target, &sums[slot(gate) * units..][..hidden]);
    }
}
