//! A network with its data, run by the fast code and by the reference, in the same form.

#![allow(dead_code)] // each test file uses a part

use unrolled_kernels::cell::Cell;
use unrolled_kernels::dropout::{dropout_in_place, Mask};
use unrolled_kernels::reference::cell::Weights;
use unrolled_kernels::testing::Random;
use unrolled_recurrent::reference::{Gradients, Inputs, Outputs, Series};
use unrolled_recurrent::{
    Backward, ChunkRows, Dims, Dropout, Extras, Forward, Network, NormParameters, Parameters, Part, RunGradients, Sequence, States,
};

pub const CELLS: [Cell; 4] = [Cell::Tanh, Cell::Relu, Cell::Lstm, Cell::Gru];

pub struct Case {
    pub dims: Dims,
    /// Of each sequence, longest first.
    pub lengths: Vec<usize>,
    pub inputs: Inputs,
    pub upstream: Outputs,
    /// Probability and one seed per layer but the last.
    pub dropout: Option<(f32, Vec<u32>)>,
    /// Probability and one seed per layer and direction.
    pub recurrent_dropout: Option<(f32, Vec<u32>)>,
    pub chunk: ChunkRows,
    /// Steps between two checkpoints; 0 for none.
    pub checkpoint_every: usize,
}

fn vector(random: &mut Random, size: usize) -> Vec<f64> {
    random.floats(size).iter().map(|value| f64::from(*value)).collect()
}

fn series(random: &mut Random, rows: usize, size: usize) -> Series {
    (0..rows).map(|_| vector(random, size)).collect()
}

/// Random values for everything.
pub fn case(random: &mut Random, dims: Dims, lengths: Vec<usize>, dropout: Option<(f32, Vec<u32>)>) -> Case {
    let (n, runs) = (lengths.len(), dims.runs());
    let rows = dims.cell.gates() * dims.hidden;
    let c_size = if dims.cell.has_cell_state() { dims.hidden } else { 0 };
    let scale = (dims.hidden as f64).sqrt().recip() * 1.5;
    let weight = |random: &mut Random, size: usize| vector(random, size).iter().map(|w| f64::from((w * scale) as f32)).collect();
    let gain = |random: &mut Random, size: usize| vector(random, size).iter().map(|g| f64::from((1.0 + 0.5 * g) as f32)).collect();
    let weights = (0..runs)
        .map(|run| Weights {
            ih: weight(random, rows * dims.layer_input(run / dims.directions)),
            hh: weight(random, rows * dims.output()),
            bias_ih: if dims.bias { weight(random, rows) } else { vec![] },
            bias_hh: if dims.bias { weight(random, rows) } else { vec![] },
            hr: weight(random, dims.projection * dims.hidden),
            norm_ih: gain(random, if dims.layer_norm { rows } else { 0 }),
            norm_hh: gain(random, if dims.layer_norm { rows } else { 0 }),
            norm_c: gain(random, if dims.layer_norm { c_size } else { 0 }),
            norm_c_bias: vector(random, if dims.layer_norm { c_size } else { 0 }),
        })
        .collect();
    let states = |random: &mut Random, size: usize| (0..runs).map(|_| series(random, n, size)).collect::<Vec<Series>>();
    let mut inputs = Inputs {
        weights,
        x: lengths.iter().map(|t| series(random, *t, dims.input)).collect(),
        h0: states(random, dims.output()),
        c0: states(random, c_size),
        masks: vec![],
        resets: vec![],
        recurrent_masks: vec![],
    };
    if let Some((p, seeds)) = &dropout {
        inputs.masks = seeds.iter().map(|seed| mask(&lengths, dims.layer_output(), *p, *seed)).collect();
    }
    let y = lengths.iter().map(|t| series(random, *t, dims.layer_output())).collect();
    let over_time = |random: &mut Random, size: usize| -> Vec<Vec<Series>> {
        (0..runs).map(|_| lengths.iter().map(|t| series(random, *t, size)).collect()).collect()
    };
    let (hn, cn) = (states(random, dims.output()), states(random, c_size));
    let upstream = Outputs { y, hn, cn, h: over_time(random, dims.output()), c: over_time(random, c_size) };
    Case { dims, lengths, inputs, upstream, dropout, recurrent_dropout: None, chunk: ChunkRows::default(), checkpoint_every: 0 }
}

impl Case {
    /// The same with the state set to zero before some steps, and dropout of `h` before `W_hh`.
    pub fn with_extras(mut self, random: &mut Random) -> Self {
        self.inputs.resets = self.lengths.iter().map(|length| (0..*length).map(|_| random.below(3) == 0).collect()).collect();
        let seeds: Vec<u32> = (0..self.dims.runs()).map(|_| random.bits()).collect();
        let (p, output) = (0.4, self.dims.output());
        let mask = |seed: &u32| -> Series {
            let mask = Mask::new(*seed, p);
            let factor = |n: usize, unit: usize| f64::from(mask.factor((n * output + unit) as u64));
            (0..self.lengths.len()).map(|n| (0..output).map(|unit| factor(n, unit)).collect()).collect()
        };
        self.inputs.recurrent_masks = seeds.iter().map(mask).collect();
        self.recurrent_dropout = Some((p, seeds));
        self
    }
}

/// Any mix of sizes, layers, directions, projection, biases, lengths and dropout.
pub fn any_case(random: &mut Random, cell: Cell) -> Case {
    let hidden = 1 + random.below(19);
    let projection = if cell == Cell::Lstm && hidden > 1 && random.below(3) == 0 { 1 + random.below(hidden - 1) } else { 0 };
    let dims = Dims {
        cell,
        input: 1 + random.below(21),
        hidden,
        projection,
        layers: 1 + random.below(3),
        directions: 1 + random.below(2),
        bias: random.below(4) > 0,
        layer_norm: random.below(3) == 0,
    };
    let mut lengths: Vec<usize> = (0..1 + random.below(11)).map(|_| random.below(9)).collect();
    if random.below(3) == 0 {
        let all = lengths[0];
        lengths.fill(all);
    }
    lengths.sort_by(|a, b| b.cmp(a));
    let seeds = (1..dims.layers).map(|_| random.bits()).collect();
    let dropout = (random.below(2) == 0).then_some((0.3, seeds));
    let mut case = case(random, dims, lengths, dropout);
    case.chunk = ChunkRows { forward: 1 + random.below(20), backward: 1 + random.below(20) };
    case
}

/// What dropout multiplies with: itself applied to ones.
fn mask(lengths: &[usize], size: usize, p: f32, seed: u32) -> Vec<Series> {
    let rows: usize = lengths.iter().sum();
    let mut ones = vec![1.0; rows * size];
    dropout_in_place(seed, p, &mut ones);
    unpack(lengths, &ones, size)
}

/// The first row of each step, and the end.
pub fn offsets(lengths: &[usize]) -> Vec<u32> {
    let steps = lengths.iter().max().copied().unwrap_or(0);
    let mut offsets = vec![0];
    for t in 0..steps {
        let size = lengths.iter().filter(|length| **length > t).count() as u32;
        offsets.push(offsets[t] + size);
    }
    offsets
}

pub fn pack(lengths: &[usize], sequences: &[Series]) -> Vec<f32> {
    let steps = lengths.iter().max().copied().unwrap_or(0);
    let rows = (0..steps).flat_map(|t| sequences.iter().filter_map(move |sequence| sequence.get(t)));
    rows.flatten().map(|value| *value as f32).collect()
}

pub fn unpack(lengths: &[usize], rows: &[f32], size: usize) -> Vec<Series> {
    let offsets = offsets(lengths);
    let row = |sequence: usize, t: usize| &rows[(offsets[t] as usize + sequence) * size..][..size];
    let wide = |row: &[f32]| row.iter().map(|value| f64::from(*value)).collect();
    lengths.iter().enumerate().map(|(sequence, length)| (0..*length).map(|t| wide(row(sequence, t))).collect()).collect()
}

/// The rows before which the state is zero, packed.
fn marks(lengths: &[usize], resets: &[Vec<bool>]) -> Vec<i32> {
    let series: Vec<Series> = resets.iter().map(|resets| resets.iter().map(|reset| vec![f64::from(*reset)]).collect()).collect();
    pack(lengths, &series).iter().map(|mark| *mark as i32).collect()
}

/// The rows of all runs, packed.
fn over_runs(lengths: &[usize], runs: &[Vec<Series>]) -> Vec<f32> {
    runs.iter().flat_map(|sequences| pack(lengths, sequences)).collect()
}

fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|value| *value as f32).collect()
}

fn flat(states: &[Series]) -> Vec<f32> {
    states.iter().flatten().flatten().map(|value| *value as f32).collect()
}

fn states(values: &[f32], like: &[Series]) -> Vec<Series> {
    let mut rest = values.iter();
    let mut take = |vector: &Vec<f64>| vector.iter().map(|_| f64::from(*rest.next().expect("a value for each"))).collect();
    like.iter().map(|series| series.iter().map(&mut take).collect()).collect()
}

/// The fast code on a case. Scratch, outputs and what is saved start as NaN: nothing may be read before it was written.
pub fn run(case: &Case) -> (Outputs, Gradients) {
    let Case { dims, lengths, inputs, upstream, .. } = case;
    let network = Network::with_chunks(*dims, case.chunk).with_checkpoints(case.checkpoint_every);
    let weights: Vec<[Vec<f32>; 9]> = inputs.weights.iter().map(|w| of_weights(w).map(narrow)).collect();
    let lstm = dims.cell.has_cell_state();
    let mut packed = vec![f32::NAN; network.packed_len() as usize];
    for (run, w) in weights.iter().enumerate() {
        let bias = dims.bias.then_some((&w[2][..], &w[3][..]));
        let c = lstm.then_some((&w[7][..], &w[8][..]));
        let norm = dims.layer_norm.then_some(NormParameters { ih: &w[5], hh: &w[6], c });
        let parameters = Parameters { ih: &w[0], hh: &w[1], bias, hr: (dims.projection > 0).then_some(&w[4][..]), norm };
        for part in Part::ALL {
            network.pack(part, run, &parameters, &mut packed);
        }
    }
    let offsets = offsets(lengths);
    let sequence = Sequence::new(&offsets, lengths.len());
    let (x, h0, c0) = (pack(lengths, &inputs.x), flat(&inputs.h0), flat(&inputs.c0));
    let (batch, rows) = (lengths.len(), sequence.total_rows());
    let nan = |len: u64| vec![f32::NAN; len as usize];
    let (mut y, mut hn, mut cn) = (vec![f32::NAN; rows * dims.layer_output()], vec![f32::NAN; h0.len()], vec![f32::NAN; c0.len()]);
    let dropout = case.dropout.as_ref().map(|(p, seeds)| Dropout { p: *p, seeds });
    let recurrent_dropout = case.recurrent_dropout.as_ref().map(|(p, seeds)| Dropout { p: *p, seeds });
    let reset = marks(lengths, &inputs.resets);
    let extras = Extras { reset: (!inputs.resets.is_empty()).then_some(&reset), recurrent_dropout };
    let masked = recurrent_dropout.is_some();
    let c_size = if lstm { dims.hidden } else { 0 };
    let (mut h, mut c) = (vec![f32::NAN; dims.runs() * rows * dims.output()], vec![f32::NAN; dims.runs() * rows * c_size]);
    let mut saved = nan(network.saved_len(sequence.steps(), batch, rows));
    for saving in [false, true] {
        let (before_y, before_hn, before_cn) = (y.clone(), hn.clone(), cn.clone());
        network.forward(Forward {
            packed: &packed,
            sequence,
            x: &x,
            h0: Some(&h0),
            c0: lstm.then_some(&c0),
            dropout,
            extras,
            y: &mut y,
            hn: &mut hn,
            cn: lstm.then_some(&mut cn),
            states: saving.then_some(States { h: &mut h[..], c: &mut c[..] }),
            saved: saving.then_some(&mut saved),
            scratch: &mut nan(network.forward_scratch_len(batch, rows, saving, masked)),
        });
        if saving {
            assert_eq!((&before_y, &before_hn, &before_cn), (&y, &hn, &cn), "saving changes nothing");
        }
    }
    let mut sums: Vec<[Vec<f32>; 9]> = weights.iter().map(|run| run.each_ref().map(|values| vec![0.0; values.len()])).collect();
    let mut gradients: Vec<RunGradients> = sums.iter_mut().map(run_gradients).collect();
    let (dy, dhn, dcn) = (pack(lengths, &upstream.y), flat(&upstream.hn), flat(&upstream.cn));
    let (dh, dc) = (over_runs(lengths, &upstream.h), over_runs(lengths, &upstream.c));
    let mut squares = vec![f64::NAN; 2 * dims.runs() * sequence.steps()];
    let (mut dx, mut dh0, mut dc0) = (vec![f32::NAN; x.len()], vec![f32::NAN; h0.len()], vec![f32::NAN; c0.len()]);
    network.backward(Backward {
        packed: &packed,
        sequence,
        x: &x,
        dropout,
        extras,
        dy: Some(&dy),
        dhn: Some(&dhn),
        dcn: lstm.then_some(&dcn),
        d_states: Some(States { h: &dh, c: &dc }),
        squares: Some(&mut squares),
        saved: &mut saved,
        dx: Some(&mut dx),
        dh0: Some(&mut dh0),
        dc0: lstm.then_some(&mut dc0),
        gradients: &mut gradients,
        scratch: &mut nan(network.backward_scratch_len(batch, rows, masked)),
    });
    let wide = |values: &Vec<f32>| values.iter().map(|value| f64::from(*value)).collect::<Vec<f64>>();
    let weights = sums
        .iter()
        .map(|run| {
            let [ih, hh, bias_ih, bias_hh, hr, norm_ih, norm_hh, norm_c, norm_c_bias] = run.each_ref().map(wide);
            Weights { ih, hh, bias_ih, bias_hh, hr, norm_ih, norm_hh, norm_c, norm_c_bias }
        })
        .collect();
    let of_runs = |values: &[f32], size: usize| -> Vec<Vec<Series>> {
        (0..dims.runs()).map(|run| unpack(lengths, &values[run * rows * size..][..rows * size], size)).collect()
    };
    let outputs = Outputs {
        y: unpack(lengths, &y, dims.layer_output()),
        hn: states(&hn, &inputs.h0),
        cn: states(&cn, &inputs.c0),
        h: of_runs(&h, dims.output()),
        c: of_runs(&c, c_size),
    };
    let gradients = Gradients {
        weights,
        x: unpack(lengths, &dx, dims.input),
        h0: states(&dh0, &inputs.h0),
        c0: states(&dc0, &inputs.c0),
        squares: squares
            .chunks_exact(2 * sequence.steps().max(1))
            .map(|run| run.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect())
            .collect(),
    };
    (outputs, gradients)
}

/// All parameters, in the order of [`NAMES`].
fn of_weights(w: &Weights) -> [&[f64]; 9] {
    [&w.ih, &w.hh, &w.bias_ih, &w.bias_hh, &w.hr, &w.norm_ih, &w.norm_hh, &w.norm_c, &w.norm_c_bias]
}

const NAMES: [&str; 9] = ["dW_ih", "dW_hh", "db_ih", "db_hh", "dW_hr", "dnorm_ih", "dnorm_hh", "dnorm_c", "dnorm_c_bias"];

fn run_gradients(sums: &mut [Vec<f32>; 9]) -> RunGradients<'_> {
    let [ih, hh, bias_ih, bias_hh, hr, norm_ih, norm_hh, norm_c, norm_c_bias] =
        sums.each_mut().map(|values| (!values.is_empty()).then_some(&mut values[..]));
    RunGradients { ih, hh, bias_ih, bias_hh, hr, norm_ih, norm_hh, norm_c, norm_c_bias }
}

/// Every number of the outputs and gradients, with the name of the tensor it is from.
pub fn numbers(outputs: &Outputs, gradients: &Gradients) -> Vec<(&'static str, f64)> {
    let nested = |name, series: &[Series]| series.iter().flatten().flatten().map(|value| (name, *value)).collect::<Vec<_>>();
    let mut all = [
        nested("y", &outputs.y),
        nested("hn", &outputs.hn),
        nested("cn", &outputs.cn),
        nested("dx", &gradients.x),
        nested("dh0", &gradients.h0),
        nested("dc0", &gradients.c0),
    ]
    .concat();
    outputs.h.iter().for_each(|run| all.extend(nested("h", run)));
    outputs.c.iter().for_each(|run| all.extend(nested("c", run)));
    for [h, c] in gradients.squares.iter().flatten() {
        all.extend([("‖dh‖", h.sqrt()), ("‖dc‖", c.sqrt())]);
    }
    for w in &gradients.weights {
        for (name, values) in NAMES.into_iter().zip(of_weights(w)) {
            all.extend(values.iter().map(|value| (name, *value)));
        }
    }
    all
}

/// The largest error of each kind of tensor relative to its largest value (at least 1), as a check of the whole.
pub fn assert_close(case: &Case, actual: &[(&'static str, f64)], expected: &[(&'static str, f64)], tolerance: f64) {
    assert_eq!(actual.len(), expected.len());
    let mut scales = std::collections::HashMap::new();
    for (name, value) in expected {
        let scale = scales.entry(name).or_insert(1.0);
        *scale = value.abs().max(*scale);
    }
    for ((name, a), (_, e)) in actual.iter().zip(expected) {
        let limit = tolerance * scales[name];
        assert!((a - e).abs() <= limit, "{name}: {a} is not {e} within {limit:e}: {:?} {:?}", case.dims, case.lengths);
    }
}
