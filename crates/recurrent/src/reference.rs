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
}

/// What comes out.
#[derive(Clone, Debug)]
pub struct Outputs {
    /// One series of `[D·Hout]` per sequence.
    pub y: Vec<Series>,
    pub hn: Vec<Series>,
    pub cn: Vec<Series>,
}

/// The gradients of everything that goes in.
#[derive(Clone, Debug)]
pub struct Gradients {
    pub weights: Vec<Weights>,
    pub x: Vec<Series>,
    pub h0: Vec<Series>,
    pub c0: Vec<Series>,
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

fn trace(dims: &Dims, weights: &Weights, x: &Series, direction: usize, h0: &[f64], c0: &[f64]) -> Trace {
    let mut steps = vec![Step::default(); x.len()];
    let mut before = Step::default();
    (before.h, before.c) = (h0.to_vec(), c0.to_vec());
    for t in visits(x.len(), direction) {
        let after = step(dims.cell, weights, &x[t], &before.h, &before.c);
        steps[t] = after.clone();
        before = after;
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
            let (h0, c0) = (&inputs.h0[run][sequence], &inputs.c0[run][sequence]);
            let trace = trace(dims, &inputs.weights[run], &x, direction, h0, c0);
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
    let mut outputs = Outputs { y: vec![], hn: inputs.h0.clone(), cn: inputs.c0.clone() };
    for sequence in 0..inputs.x.len() {
        let layers = layers(dims, inputs, sequence);
        for (run, trace) in layers.traces.iter().enumerate() {
            if let Some(last) = visits(trace.steps.len(), run % dims.directions).last() {
                outputs.hn[run][sequence] = trace.steps[*last].h.clone();
                outputs.cn[run][sequence] = trace.steps[*last].c.clone();
            }
        }
        outputs.y.push(layers.top);
    }
    outputs
}

/// The gradients of `Σ y·dy + Σ hn·dhn + Σ cn·dcn`.
pub fn backward(dims: &Dims, inputs: &Inputs, upstream: &Outputs) -> Gradients {
    let mut gradients = Gradients {
        weights: inputs.weights.iter().map(Weights::zeros_like).collect(),
        x: vec![],
        h0: upstream.hn.clone(),
        c0: upstream.cn.clone(),
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
                trace_backward(dims, inputs, run, sequence, x, &layers.traces[run], &dy, &mut dx, &mut gradients);
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
        let (h, c) = match position {
            0 => (&inputs.h0[run][sequence], &inputs.c0[run][sequence]),
            _ => (&trace.steps[order[position - 1]].h, &trace.steps[order[position - 1]].c),
        };
        let share = &dy[t][direction * dims.output()..][..dims.output()];
        dh.iter_mut().zip(share).for_each(|(dh, dy)| *dh += dy);
        let weights = &inputs.weights[run];
        let before = step_backward(dims.cell, weights, &x[t], h, c, &trace.steps[t], &dh, &dc, &mut gradients.weights[run]);
        dx[t].iter_mut().zip(&before.x).for_each(|(sum, value)| *sum += value);
        (dh, dc) = (before.h, before.c);
    }
    gradients.h0[run][sequence] = dh;
    gradients.c0[run][sequence] = dc;
}
