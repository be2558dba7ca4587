//! What forward leaves for backward.

use crate::checkpoints::Checkpoints;
use crate::dims::Dims;

/// The values of all layers. What is saved of steps has one row for each row of the packed sequence, so that a reset mask, gradients of
/// states per step, or recomputing a span of time need no other arrangement.
pub struct Saved<'a> {
    dims: Dims,
    extent: Extent,
    /// First the runs, then the inputs of the layers above the first.
    values: &'a mut [f32],
}

/// The size of what is saved.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// `T`
    pub steps: usize,
    /// `N`
    pub batch: usize,
    /// `R`
    pub rows: usize,
    /// Steps of a span, of which only the state that it starts from is saved; 0 if every step is saved.
    pub every: usize,
}

/// The values of one layer and direction.
pub struct SavedRun<'a> {
    /// `[R, D·Hout]` the layer's input, after dropout; empty in the first layer, whose input is the caller's
    pub input: &'a mut [f32],
    /// `[R, D·Hout]` the next layer's input; empty in the last layer
    pub output: &'a mut [f32],
    pub trace: Trace<'a>,
}

/// What is saved of a walk through time.
pub enum Trace<'a> {
    Steps(Steps<'a>),
    Checkpoints(Checkpoints<'a>),
}

/// Every step.
pub struct Steps<'a> {
    /// `[R, columns]` activations; backward leaves the gradients of the pre-activations there
    pub gates: &'a mut [f32],
    /// `[R, state]` the state that each row's recurrent product has read
    pub h_before: &'a mut [f32],
    /// `[R, units]` the cell state that each row started from; empty for cells that have none
    pub c_before: &'a mut [f32],
    pub norm: NormRows<'a>,
}

/// What layer norm made of the products and the cell state of each row, before gain and bias; backward leaves the gradients of the products there.
/// All is empty without layer norm.
pub struct NormRows<'a> {
    /// `[R, G·units]` of `W_ih·x` and of `W_hh·h`
    pub ih: &'a mut [f32],
    pub hh: &'a mut [f32],
    /// `[R, units]` of `c'`; empty for cells that have no cell state
    pub c: &'a mut [f32],
    /// `[R]` what each was divided by to have variance 1, inverted
    pub scales: [&'a mut [f32]; 3],
}

impl<'a> NormRows<'a> {
    /// Values of a row.
    pub fn width(dims: &Dims) -> usize {
        if dims.layer_norm {
            2 * dims.product_columns() + dims.cell_state() + 3
        } else {
            0
        }
    }

    /// - `values` `[R, width]`
    pub fn new(dims: &Dims, rows: usize, values: &'a mut [f32]) -> Self {
        let rows = if dims.layer_norm { rows } else { 0 };
        let (ih, rest) = values.split_at_mut(rows * dims.product_columns());
        let (hh, rest) = rest.split_at_mut(rows * dims.product_columns());
        let (c, rest) = rest.split_at_mut(rows * dims.cell_state());
        let (ih_scale, rest) = rest.split_at_mut(rows);
        let (hh_scale, rest) = rest.split_at_mut(rows);
        Self { ih, hh, c, scales: [ih_scale, hh_scale, &mut rest[..rows]] }
    }
}

impl<'a> Steps<'a> {
    /// Values of so many rows. In `u64`, so that what does not fit into memory can be refused by its size.
    pub fn len(dims: &Dims, rows: usize) -> u64 {
        rows as u64 * (dims.columns() + dims.state() + dims.cell_state() + NormRows::width(dims)) as u64
    }

    /// - `values` `[len]`, or more
    pub fn new(dims: &Dims, rows: usize, values: &'a mut [f32]) -> Self {
        let (gates, rest) = values.split_at_mut(rows * dims.columns());
        let (h_before, rest) = rest.split_at_mut(rows * dims.state());
        let (c_before, rest) = rest.split_at_mut(rows * dims.cell_state());
        Self { gates, h_before, c_before, norm: NormRows::new(dims, rows, rest) }
    }
}

impl Extent {
    /// Values of one run.
    fn run_len(&self, dims: &Dims) -> u64 {
        if self.every == 0 {
            Steps::len(dims, self.rows)
        } else {
            Checkpoints::len(dims, self.batch, self.steps.div_ceil(self.every))
        }
    }
}

impl<'a> Saved<'a> {
    /// Values of all layers, in `u64` as those of [`Steps::len`].
    pub fn len(dims: &Dims, extent: Extent) -> u64 {
        let inputs = dims.layer_output() * (dims.layers - 1);
        extent.run_len(dims) * dims.runs() as u64 + extent.rows as u64 * inputs as u64
    }

    pub fn new(dims: &Dims, extent: Extent, values: &'a mut [f32]) -> Self {
        assert!(values.len() as u64 >= Self::len(dims, extent), "too little room for what is saved");
        Self { dims: *dims, extent, values }
    }

    pub fn run(&mut self, layer: usize, direction: usize) -> SavedRun<'_> {
        let (dims, Extent { batch, rows, every, .. }) = (&self.dims, self.extent);
        let len = self.extent.run_len(dims) as usize;
        let (runs, inputs) = self.values.split_at_mut(len * dims.runs());
        let run = &mut runs[(layer * dims.directions + direction) * len..][..len];
        let trace = match every {
            0 => Trace::Steps(Steps::new(dims, rows, run)),
            _ => Trace::Checkpoints(Checkpoints::new(dims, batch, every, run)),
        };
        let between = rows * dims.layer_output();
        let (input, rest) = match layer {
            0 => inputs.split_at_mut(0),
            _ => inputs[(layer - 1) * between..].split_at_mut(between),
        };
        let output = if layer + 1 < dims.layers { &mut rest[..between] } else { &mut [] };
        SavedRun { input, output, trace }
    }
}
