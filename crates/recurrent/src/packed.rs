//! Weights as the products read them.

use crate::dims::Dims;
use core::ops::Range;
use unrolled_kernels::gemm::{pack_rows, pack_transposed, PANEL};

/// The parameters of one layer and direction, as PyTorch stores them.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'a> {
    /// `W_ih` `[G·H, I]`
    pub ih: &'a [f32],
    /// `W_hh` `[G·H, Hout]`
    pub hh: &'a [f32],
    /// `b_ih`, `b_hh` `[G·H]`
    pub bias: Option<(&'a [f32], &'a [f32])>,
    /// `W_hr` `[P, H]`
    pub hr: Option<&'a [f32]>,
    pub norm: Option<NormParameters<'a>>,
}

/// Those of layer norm.
#[derive(Clone, Copy, Debug)]
pub struct NormParameters<'a> {
    /// Gains `[G·H]` of the norms of `W_ih·x` and `W_hh·h`
    pub ih: &'a [f32],
    pub hh: &'a [f32],
    /// Gain and bias `[H]` of the norm of the cell state; none for cells that have no cell state
    pub c: Option<(&'a [f32], &'a [f32])>,
}

/// Parts of the packed weights: each is packed by itself, for those who read it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// What forward reads.
    Forward,
    /// What backward needs to go from a step to the one before; not if there is one step, and nobody wants the gradients of initial states.
    States,
    /// What backward needs to go from the layers above the first to the layers below them.
    InputsAbove,
    /// What the gradient of the input needs.
    FirstInput,
}

impl Part {
    pub const ALL: [Self; 4] = [Part::Forward, Part::States, Part::InputsAbove, Part::FirstInput];
}

/// Where the packed weights of one layer and direction lie. Gates stand at their slots, each padded to whole panels.
#[derive(Clone, Debug)]
pub struct PackedRun {
    /// `[columns]` what a row of the step matrix starts from: both biases, or for the GRU's `n` and `q` one each
    pub bias: Range<usize>,
    /// [`Gains`], if there is layer norm
    pub norm: Range<usize>,
    /// `[I → G·units]`
    pub ih: Range<usize>,
    /// `[Hout → G·units]`
    pub hh: Range<usize>,
    /// `[H → state]`
    pub hr: Range<usize>,
    /// `[G·units → state]` for the gradient of `h`
    pub hh_back: Range<usize>,
    /// `[G·units → I]` for the gradient of `x`
    pub ih_back: Range<usize>,
    /// `[P → units]` for the gradient of the LSTM's output before the projection
    pub hr_back: Range<usize>,
}

impl PackedRun {
    /// Values of each range, in their order. In `u64`, so that what does not fit into memory can be refused by its size.
    fn lengths(dims: &Dims, layer: usize) -> [u64; 8] {
        let (input, output, columns) = (dims.layer_input(layer), dims.output(), dims.product_columns());
        let len = |k: usize, n: usize| k as u64 * n.next_multiple_of(PANEL) as u64;
        let projected = |k: usize, n: usize| if dims.projection > 0 { len(k, n) } else { 0 };
        [
            dims.columns() as u64,
            Gains::<()>::len(dims) as u64,
            len(input, columns),
            len(output, columns),
            projected(dims.hidden, dims.state()),
            len(columns, output),
            len(columns, input),
            projected(dims.projection, dims.units()),
        ]
    }

    /// Values of the packed weights of a layer and direction.
    pub fn len(dims: &Dims, layer: usize) -> u64 {
        Self::lengths(dims, layer).iter().sum()
    }

    /// The ranges for a layer, the first of which begins at `start`.
    pub fn new(dims: &Dims, layer: usize, start: usize) -> Self {
        let mut end = start;
        let [bias, norm, ih, hh, hr, hh_back, ih_back, hr_back] = Self::lengths(dims, layer).map(|len| {
            let start = end;
            end += len as usize;
            start..end
        });
        Self { bias, norm, ih, hh, hr, hh_back, ih_back, hr_back }
    }

    /// The end of the last range.
    pub fn end(&self) -> usize {
        self.hr_back.end
    }

    /// Packs a part, if this layer has a share in it.
    pub fn pack(&self, part: Part, dims: &Dims, layer: usize, parameters: &Parameters, packed: &mut [f32]) {
        match part {
            Part::Forward => self.pack_forward(dims, layer, parameters, packed),
            Part::States => self.pack_states(dims, parameters, packed),
            Part::InputsAbove if layer > 0 => self.pack_input(dims, layer, parameters, packed),
            Part::FirstInput if layer == 0 => self.pack_input(dims, layer, parameters, packed),
            Part::InputsAbove | Part::FirstInput => {}
        }
    }

    fn pack_forward(&self, dims: &Dims, layer: usize, parameters: &Parameters, packed: &mut [f32]) {
        let (input, output, hidden, units) = (dims.layer_input(layer), dims.output(), dims.hidden, dims.units());
        packed[self.bias.clone()].fill(0.0);
        for gate in 0..dims.cell.gates() {
            let rows = gate * hidden..(gate + 1) * hidden;
            let (input_slot, hidden_slot) = (dims.cell.input_slot(gate), dims.cell.hidden_slot(gate));
            if let Some((ih, hh)) = parameters.bias {
                let bias = &mut packed[self.bias.clone()];
                bias[input_slot * units..][..hidden].iter_mut().zip(&ih[rows.clone()]).for_each(|(sum, b)| *sum += b);
                bias[hidden_slot * units..][..hidden].iter_mut().zip(&hh[rows]).for_each(|(sum, b)| *sum += b);
            }
            let target = &mut packed[self.ih.clone()][input_slot * units * input..];
            pack_transposed(input, hidden, &parameters.ih[gate * hidden * input..], input, target);
            let slot = hidden_slot - dims.cell.first_hidden_slot();
            let target = &mut packed[self.hh.clone()][slot * units * output..];
            pack_transposed(output, hidden, &parameters.hh[gate * hidden * output..], output, target);
        }
        if let Some(norm) = &parameters.norm {
            Gains::<()>::of(dims, &mut packed[self.norm.clone()]).pack(dims, norm);
        }
        if let Some(hr) = parameters.hr {
            pack_transposed(hidden, dims.projection, hr, hidden, &mut packed[self.hr.clone()]);
        }
    }

    fn pack_states(&self, dims: &Dims, parameters: &Parameters, packed: &mut [f32]) {
        pack_gates(dims, parameters.hh, dims.output(), &mut packed[self.hh_back.clone()], |gate| {
            dims.cell.hidden_slot(gate) - dims.cell.first_hidden_slot()
        });
        if let Some(hr) = parameters.hr {
            let p = dims.projection;
            pack_rows(p, dims.hidden, hr, dims.hidden, &mut packed[self.hr_back.clone()], p, 0);
        }
    }

    fn pack_input(&self, dims: &Dims, layer: usize, parameters: &Parameters, packed: &mut [f32]) {
        pack_gates(dims, parameters.ih, dims.layer_input(layer), &mut packed[self.ih_back.clone()], |gate| dims.cell.input_slot(gate));
    }
}

/// The gains of layer norm at their slots, and the bias of the cell state's; or their gradients. The last two are empty for cells that have no cell
/// state, and all of them without layer norm.
pub struct Gains<T> {
    /// `[G·units]`
    pub ih: T,
    /// `[G·units]`
    pub hh: T,
    /// `[units]`
    pub c: T,
    /// `[units]`
    pub c_bias: T,
}

impl Gains<()> {
    pub fn len(dims: &Dims) -> usize {
        if dims.layer_norm {
            2 * dims.product_columns() + 2 * dims.cell_state()
        } else {
            0
        }
    }

    fn ranges(dims: &Dims) -> [usize; 3] {
        let columns = if dims.layer_norm { dims.product_columns() } else { 0 };
        let units = if dims.layer_norm { dims.cell_state() } else { 0 };
        [columns, columns, units]
    }

    /// - `values` `[len]`
    pub fn of<'a>(dims: &Dims, values: &'a mut [f32]) -> Gains<&'a mut [f32]> {
        let [ih, hh, c] = Self::ranges(dims);
        let (ih, rest) = values.split_at_mut(ih);
        let (hh, rest) = rest.split_at_mut(hh);
        let (c, c_bias) = rest.split_at_mut(c);
        Gains { ih, hh, c, c_bias }
    }

    /// The same to be read.
    pub fn read<'a>(dims: &Dims, values: &'a [f32]) -> Gains<&'a [f32]> {
        let [ih, hh, c] = Self::ranges(dims);
        let (ih, rest) = values.split_at(ih);
        let (hh, rest) = rest.split_at(hh);
        let (c, c_bias) = rest.split_at(c);
        Gains { ih, hh, c, c_bias }
    }
}

impl Gains<&mut [f32]> {
    fn pack(self, dims: &Dims, norm: &NormParameters) {
        let (hidden, units) = (dims.hidden, dims.units());
        self.ih.fill(0.0);
        self.hh.fill(0.0);
        for gate in 0..dims.cell.gates() {
            let rows = gate * hidden..(gate + 1) * hidden;
            self.ih[dims.cell.input_slot(gate) * units..][..hidden].copy_from_slice(&norm.ih[rows.clone()]);
            let slot = dims.cell.hidden_slot(gate) - dims.cell.first_hidden_slot();
            self.hh[slot * units..][..hidden].copy_from_slice(&norm.hh[rows]);
        }
        if let Some((gain, bias)) = norm.c {
            for (target, values) in [(self.c, gain), (self.c_bias, bias)] {
                target[..hidden].copy_from_slice(values);
                target[hidden..].fill(0.0);
            }
        }
    }
}

/// Packs a weight `[G·H, width]` as it lies, its gates at their slots.
fn pack_gates(dims: &Dims, weight: &[f32], width: usize, packed: &mut [f32], slot: impl Fn(usize) -> usize) {
    let (hidden, units) = (dims.hidden, dims.units());
    if units > hidden {
        // The rows between gates.
        packed.fill(0.0);
    }
    for gate in 0..dims.cell.gates() {
        pack_rows(hidden, width, &weight[gate * hidden * width..], width, packed, dims.product_columns(), slot(gate) * units);
    }
}
