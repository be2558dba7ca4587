//! What forward leaves for backward.

use crate::dims::Dims;

/// The values of all layers. Everything has one row for each row of the packed sequence, so that a reset mask, gradients of states per
/// step, or recomputing a stretch of time need no other arrangement.
pub struct Saved<'a> {
    dims: Dims,
    rows: usize,
    /// First the runs, then the inputs of the layers above the first.
    values: &'a mut [f32],
}

/// The values of one layer and direction.
pub struct SavedRun<'a> {
    /// `[R, D·Hout]` the layer's input, after dropout; empty in the first layer, whose input is the caller's
    pub input: &'a mut [f32],
    /// `[R, D·Hout]` the next layer's input; empty in the last layer
    pub output: &'a mut [f32],
    /// `[R, columns]` activations; backward leaves the gradients of the pre-activations there
    pub gates: &'a mut [f32],
    /// `[R, state]` the state that each row's recurrent product has read
    pub h_before: &'a mut [f32],
    /// `[R, units]` the cell state that each row started from; empty for cells that have none
    pub c_before: &'a mut [f32],
}

/// Values of one run per row.
fn run_width(dims: &Dims) -> usize {
    dims.columns() + dims.state() + if dims.cell.has_cell_state() { dims.units() } else { 0 }
}

impl<'a> Saved<'a> {
    /// Values for so many rows. In `u64`, so that what does not fit into memory can be refused by its size.
    pub fn len(dims: &Dims, rows: usize) -> u64 {
        let inputs = dims.layer_output() * (dims.layers - 1);
        rows as u64 * (run_width(dims) * dims.runs() + inputs) as u64
    }

    pub fn new(dims: &Dims, rows: usize, values: &'a mut [f32]) -> Self {
        assert!(values.len() as u64 >= Self::len(dims, rows), "too little room for what is saved");
        Self { dims: *dims, rows, values }
    }

    pub fn run(&mut self, layer: usize, direction: usize) -> SavedRun<'_> {
        let dims = &self.dims;
        let width = run_width(dims);
        let (runs, inputs) = self.values.split_at_mut(self.rows * width * dims.runs());
        let run = &mut runs[(layer * dims.directions + direction) * self.rows * width..][..self.rows * width];
        let (gates, rest) = run.split_at_mut(self.rows * dims.columns());
        let (h_before, c_before) = rest.split_at_mut(self.rows * dims.state());
        let between = self.rows * dims.layer_output();
        let (input, rest) = match layer {
            0 => inputs.split_at_mut(0),
            _ => inputs[(layer - 1) * between..].split_at_mut(between),
        };
        let output = if layer + 1 < dims.layers { &mut rest[..between] } else { &mut [] };
        SavedRun { input, output, gates, h_before, c_before }
    }
}
