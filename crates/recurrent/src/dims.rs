use unrolled_kernels::cell::{Cell, UNITS};

/// The sizes of a recurrent network: what PyTorch's constructor takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dims {
    pub cell: Cell,
    /// `I`
    pub input: usize,
    /// `H`
    pub hidden: usize,
    /// `P`: the LSTM's `h` is `W_hr·h` of this size; 0 for none.
    pub projection: usize,
    /// `L`
    pub layers: usize,
    /// `D`: 1, or 2 with a reverse direction.
    pub directions: usize,
    pub bias: bool,
    /// Layer norm of both products, and of the LSTM's cell state on its way out.
    pub layer_norm: bool,
}

impl Dims {
    /// Size of `h` and of a direction's output.
    pub fn output(&self) -> usize {
        if self.projection > 0 {
            self.projection
        } else {
            self.hidden
        }
    }

    /// Values that a layer's output has per row: all directions side by side.
    pub fn layer_output(&self) -> usize {
        self.directions * self.output()
    }

    /// Input size of a layer.
    pub fn layer_input(&self, layer: usize) -> usize {
        if layer == 0 {
            self.input
        } else {
            self.layer_output()
        }
    }

    /// `H` padded: distance between slots, and between rows of `c`.
    pub fn units(&self) -> usize {
        self.hidden.next_multiple_of(UNITS)
    }

    /// Size of `h` padded: distance between rows of a state inside the core.
    pub fn state(&self) -> usize {
        self.output().next_multiple_of(UNITS)
    }

    /// Size of `c` padded; 0 for cells that have no cell state.
    pub fn cell_state(&self) -> usize {
        if self.cell.has_cell_state() {
            self.units()
        } else {
            0
        }
    }

    /// Columns of the step matrix.
    pub fn columns(&self) -> usize {
        self.cell.slots() * self.units()
    }

    /// Columns that each of the two products fills.
    pub fn product_columns(&self) -> usize {
        self.cell.gates() * self.units()
    }

    /// First column that the product with `h` fills; the product with `x` fills from column 0.
    pub fn first_hidden_column(&self) -> usize {
        self.cell.first_hidden_slot() * self.units()
    }

    /// Pairs of a layer and a direction. Their order, as PyTorch's, is layer·D + direction.
    pub fn runs(&self) -> usize {
        self.layers * self.directions
    }
}
