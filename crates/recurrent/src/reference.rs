//! The whole network in `f64`, one sequence at a time and one step at a time, as the definition reads: no batching, no packing, no
//! padding, no chunks. It shares nothing with the fast code but [`Dims`].

use crate::dims::Dims;
use unrolled_kernels::reference::cell::{step, step_backward, Step, Weights};

/// Vectors over time.
pub type Series = Vec<Vec<f64>>;

/// What goes in. Lists of runs are in the order layer·D + direction.
#[derive(Clone, Debug)]
pub struct Inputs {
    pub weights: Vec<Weights>,
    /// One series of `[I]` per sequence; lengths may differ.
    pub x: Vec<Series>,
    /// `[runs][N][Hout]`
    pub h0: Vec<Series>,
    /// `[runs][N][H]`
    pub c0: Vec<Series>,
    /// What the output of each layer but the last is multiplied with, `[L − 1][N][T][D·Hout]`; empty for no dropout.
    pub masks: Vec<Vec<Series>>,
    /// Before which steps the state is zero, `[N][T]`; empty for none.
    pub resets: Vec<Vec<bool>>,
    /// What `h` is multiplied with before `W_hh`, `[runs][N][Hout]`; empty for nothing.
    pub recurrent_masks: Vec<Series>,
}

impl Inputs {
    fn resets(&self, sequence: usize, t: usize) -> bool {
        self.resets.get(sequence).is_some_and(|resets| resets[t])
    }

    fn recurrent_mask(&self, run: usize, sequence: usize) -> Vec<f64> {
        match self.recurrent_masks.get(run) {
            Some(masks) => masks[sequence].clone(),
            None => vec![1.0; self.h0[run][sequence].len()],
        }
    }

    /// The state that a step starts from.
    fn before(&self, run: usize, sequence: usize, t: usize, previous: Option<&Step>) -> (Vec<f64>, Vec<f64>) {
        let (h, c) = match previous {
            None => (&self.h0[run][sequence], &self.c0[run][sequence]),
            Some(step) => (&step.h, &step.c),
        };
        if self.resets(sequence, t) {
            return (vec![0.0; h.len()], vec![0.0; c.len()]);
        }
        (h.clone(), c.clone())
    }
}

/// What comes out.
#[derive(Clone, Debug)]
pub struct Outputs {
    /// One series of `[D·Hout]` per sequence.
    pub y: Vec<Series>,
    pub hn: Vec<Series>,
    pub cn: Vec<Series>,
    /// The states after each step, `[runs][N][T]`.
    pub h: Vec<Vec<Series>>,
    pub c: Vec<Vec<Series>>,
}

/// The gradients of everything that goes in.
#[derive(Clone, Debug)]
pub struct Gradients {
    pub weights: Vec<Weights>,
    pub x: Vec<Series>,
    pub h0: Vec<Series>,
    pub c0: Vec<Series>,
    /// `[runs][T]` `Σ (∂L/∂h_t)²` and `Σ (∂L/∂c_t)²` over all sequences.
    pub squares: Vec<Vec<[f64; 2]>>,
}

/// One direction over one sequence: the steps in the order of time, whatever the direction.
struct Trace {
    steps: Vec<Step>,
}

/// The order in which a direction visits time.
fn visits(length: usize, direction: usize) -> Vec<usize> {
    if direction == 0 {
        (0..length).collect()
    } else {
        (0..length).rev().collect()
    }
}

fn trace(dims: &Dims, inputs: &Inputs, run: usize, sequence: usize, x: &Series) -> Trace {
    let mut steps = vec![Step::default(); x.len()];
    let mask = inputs.recurrent_mask(run, sequence);
    let mut previous = None;
    for t in visits(x.len(), run % dims.directions) {
        let (h, c) = inputs.before(run, sequence, t, previous.map(|t: usize| &steps[t]));
        steps[t] = step(dims.cell, &inputs.weights[run], &x[t], &h, &c, &mask);
        previous = Some(t);
    }
    Trace { steps }
}

/// A layer's input for one sequence after the mask of the layer below, and all traces below it.
struct Layers {
    inputs: Vec<Series>,
    traces: Vec<Trace>,
    top: Series,
}

fn layers(dims: &Dims, inputs: &Inputs, sequence: usize) -> Layers {
    let mut layers = Layers { inputs: vec![], traces: vec![], top: inputs.x[sequence].clone() };
    for layer in 0..dims.layers {
        let x = layers.top;
        let mut y: Series = vec![vec![]; x.len()];
        for direction in 0..dims.directions {
            let run = layer * dims.directions + direction;
            let trace = trace(dims, inputs, run, sequence, &x);
            y.iter_mut().zip(&trace.steps).for_each(|(y, step)| y.extend(&step.h));
            layers.traces.push(trace);
        }
        if let Some(masks) = inputs.masks.get(layer) {
            multiply(&mut y, &masks[sequence]);
        }
        layers.inputs.push(x);
        layers.top = y;
    }
    layers
}

fn multiply(values: &mut Series, masks: &Series) {
    for (row, mask) in values.iter_mut().zip(masks) {
        row.iter_mut().zip(mask).for_each(|(value, m)| *value *= m);
    }
}

/// Outputs and final states.
pub fn forward(dims: &Dims, inputs: &Inputs) -> Outputs {
    let none = vec![vec![]; dims.runs()];
    let mut outputs = Outputs { y: vec![], hn: inputs.h0.clone(), cn: inputs.c0.clone(), h: none.clone(), c: none };
    for sequence in 0..inputs.x.len() {
        let layers = layers(dims, inputs, sequence);
        for (run, trace) in layers.traces.iter().enumerate() {
            if let Some(last) = visits(trace.steps.len(), run % dims.directions).last() {
                outputs.hn[run][sequence] = trace.steps[*last].h.clone();
                outputs.cn[run][sequence] = trace.steps[*last].c.clone();
            }
            outputs.h[run].push(trace.steps.iter().map(|step| step.h.clone()).collect());
            outputs.c[run].push(trace.steps.iter().map(|step| step.c.clone()).collect());
        }
        outputs.y.push(layers.top);
    }
    outputs
}

/// The gradients of `Σ y·dy + Σ hn·dhn + Σ cn·dcn`, and of the states after each step the same.
pub fn backward(dims: &Dims, inputs: &Inputs, upstream: &Outputs) -> Gradients {
    let mut gradients = Gradients {
        weights: inputs.weights.iter().map(Weights::zeros_like).collect(),
        x: vec![],
        h0: upstream.hn.clone(),
        c0: upstream.cn.clone(),
        squares: vec![vec![[0.0; 2]; inputs.x.iter().map(Vec::len).max().unwrap_or(0)]; dims.runs()],
    };
    for sequence in 0..inputs.x.len() {
        let layers = layers(dims, inputs, sequence);
        let mut dy = upstream.y[sequence].clone();
        for layer in (0..dims.layers).rev() {
            if let Some(masks) = inputs.masks.get(layer) {
                multiply(&mut dy, &masks[sequence]);
            }
            let x = &layers.inputs[layer];
            let mut dx: Series = x.iter().map(|x| vec![0.0; x.len()]).collect();
            for direction in 0..dims.directions {
                let run = layer * dims.directions + direction;
                trace_backward(dims, inputs, upstream, run, sequence, x, &layers.traces[run], &dy, &mut dx, &mut gradients);
            }
            dy = dx;
        }
        gradients.x.push(dy);
    }
    gradients
}

#[allow(clippy::too_many_arguments)]
fn trace_backward(
    dims: &Dims,
    inputs: &Inputs,
    upstream: &Outputs,
    run: usize,
    sequence: usize,
    x: &Series,
    trace: &Trace,
    dy: &Series,
    dx: &mut Series,
    gradients: &mut Gradients,
) {
    let direction = run % dims.directions;
    let (mut dh, mut dc) = (gradients.h0[run][sequence].clone(), gradients.c0[run][sequence].clone());
    let order = visits(x.len(), direction);
    for (position, t) in order.iter().copied().enumerate().rev() {
        let previous = position.checked_sub(1).map(|position| &trace.steps[order[position]]);
        let (h, c) = inputs.before(run, sequence, t, previous);
        let share = &dy[t][direction * dims.output()..][..dims.output()];
        dh.iter_mut().zip(share).for_each(|(dh, dy)| *dh += dy);
        dh.iter_mut().zip(&upstream.h[run][sequence][t]).for_each(|(dh, d)| *dh += d);
        dc.iter_mut().zip(&upstream.c[run][sequence][t]).for_each(|(dc, d)| *dc += d);
        let (weights, mask) = (&inputs.weights[run], inputs.recurrent_mask(run, sequence));
        let before = step_backward(dims.cell, weights, &x[t], &h, &c, &mask, &trace.steps[t], &dh, &dc, &mut gradients.weights[run]);
        let squares = &mut gradients.squares[run][t];
        squares[0] += dh.iter().map(|d| d * d).sum::<f64>();
        squares[1] += before.c_after.iter().map(|d| d * d).sum::<f64>();
        dx[t].iter_mut().zip(&before.x).for_each(|(sum, value)| *sum += value);
        (dh, dc) = (before.h, before.c);
        if inputs.resets(sequence, t) {
            dh.fill(0.0);
            dc.fill(0.0);
        }
    }
    gradients.h0[run][sequence] = dh;
    gradients.c0[run][sequence] = dc;
}
