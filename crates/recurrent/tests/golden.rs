//! What torch computed, in `f64`: first the reference, then the fast code.

mod common;

use common::{assert_close, numbers, run, Case};
use serde_json::Value;
use unrolled_kernels::cell::Cell;
use unrolled_kernels::reference::cell::Weights;
use unrolled_recurrent::reference::{self, Gradients, Inputs, Outputs, Series};
use unrolled_recurrent::{ChunkRows, Dims};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A tensor of the file; `None` where it says null.
struct Tensor {
    shape: Vec<usize>,
    data: Vec<f64>,
}

fn tensor(value: &Value) -> Option<Tensor> {
    let list = |key: &str| value[key].as_array().cloned();
    Some(Tensor {
        shape: list("shape")?.iter().map(|size| size.as_u64().expect("a size") as usize).collect(),
        data: list("data")?.iter().map(|number| number.as_f64().expect("a number")).collect(),
    })
}

fn cell(module: &str, args: &Value) -> Cell {
    match (module, args["nonlinearity"].as_str()) {
        ("RNN", Some("relu")) => Cell::Relu,
        ("RNN", _) => Cell::Tanh,
        ("LSTM", _) => Cell::Lstm,
        _ => Cell::Gru,
    }
}

fn dims(case: &Value) -> Dims {
    let args = &case["args"];
    let size = |key: &str| args[key].as_u64().unwrap_or(0) as usize;
    Dims {
        cell: cell(case["module"].as_str().expect("a module"), args),
        input: size("inputSize"),
        hidden: size("hiddenSize"),
        projection: size("projSize"),
        layers: size("numLayers"),
        directions: if args["bidirectional"] == true { 2 } else { 1 },
        bias: args["bias"] == true,
        layer_norm: false,
    }
}

/// How a case's batch is arranged: which sequences, longest first, and whether batch or time comes first.
struct Arrangement {
    order: Vec<usize>,
    lengths: Vec<usize>,
    batch_first: bool,
    steps: usize,
}

impl Arrangement {
    fn new(case: &Value) -> Self {
        let shape = tensor(&case["input"]).expect("an input").shape;
        let batch_first = case["args"]["batchFirst"] == true && shape.len() == 3;
        let (steps, batch) = if shape.len() == 2 {
            (shape[0], 1)
        } else if batch_first {
            (shape[1], shape[0])
        } else {
            (shape[0], shape[1])
        };
        let given = |lengths: &Vec<Value>| lengths.iter().map(|length| length.as_u64().expect("a length") as usize).collect();
        let all: Vec<usize> = case["lengths"].as_array().map_or(vec![steps; batch], given);
        let mut order: Vec<usize> = (0..batch).collect();
        order.sort_by_key(|sequence| std::cmp::Reverse(all[*sequence]));
        Self { lengths: order.iter().map(|sequence| all[*sequence]).collect(), order, batch_first, steps }
    }

    /// `[N][T_n][size]` from a padded tensor.
    fn series(&self, tensor: &Tensor) -> Vec<Series> {
        let size = tensor.data.len() / (self.steps * self.order.len());
        let row = |n: usize, t: usize| if self.batch_first { n * self.steps + t } else { t * self.order.len() + n };
        let at = |n: usize, t: usize| tensor.data[row(n, t) * size..][..size].to_vec();
        self.order.iter().zip(&self.lengths).map(|(n, length)| (0..*length).map(|t| at(*n, t)).collect()).collect()
    }

    /// `[runs][N][size]` of a state, or zeros.
    fn states(&self, tensor: Option<Tensor>, runs: usize, size: usize) -> Vec<Series> {
        let data = tensor.map_or(vec![0.0; runs * self.order.len() * size], |tensor| tensor.data);
        let row = |run: usize, n: usize| data[(run * self.order.len() + n) * size..][..size].to_vec();
        (0..runs).map(|run| self.order.iter().map(|n| row(run, *n)).collect()).collect()
    }
}

fn weights(params: &Value, dims: &Dims) -> Vec<Weights> {
    let get = |name: String| tensor(&params[&name]).map_or(vec![], |tensor| tensor.data);
    (0..dims.runs())
        .map(|run| {
            let suffix = format!("l{}{}", run / dims.directions, if run % dims.directions == 1 { "_reverse" } else { "" });
            Weights {
                ih: get(format!("weight_ih_{suffix}")),
                hh: get(format!("weight_hh_{suffix}")),
                bias_ih: get(format!("bias_ih_{suffix}")),
                bias_hh: get(format!("bias_hh_{suffix}")),
                hr: get(format!("weight_hr_{suffix}")),
                ..Weights::default()
            }
        })
        .collect()
}

fn check(file: &str) {
    let file: Value = serde_json::from_str(file).expect("JSON");
    for golden in file["cases"].as_array().expect("cases") {
        let (dims, batch) = (dims(golden), Arrangement::new(golden));
        let c_size = if dims.cell.has_cell_state() { dims.hidden } else { 0 };
        let pair = |value: &Value, key: &str, size: usize| batch.states(tensor(&value[key]), dims.runs(), size);
        let series = |value: &Value| batch.series(&tensor(value).expect("a tensor"));
        // The files have nothing about the states between: their upstream gradients are zeros, and what is expected of them is the reference's.
        let zeros = |size: usize| vec![batch.lengths.iter().map(|length| vec![vec![0.0; size]; *length]).collect(); dims.runs()];
        let sides = |value: &Value, h: Vec<Vec<Series>>, c: Vec<Vec<Series>>| Outputs {
            y: series(&value["output"]),
            hn: pair(value, "hn", dims.output()),
            cn: pair(value, "cn", c_size),
            h,
            c,
        };
        let case = Case {
            dims,
            lengths: batch.lengths.clone(),
            inputs: Inputs {
                weights: weights(&golden["params"], &dims),
                x: series(&golden["input"]),
                h0: pair(golden, "h0", dims.output()),
                c0: pair(golden, "c0", c_size),
                masks: vec![],
                resets: vec![],
                recurrent_masks: vec![],
            },
            upstream: sides(&golden["upstream"], zeros(dims.output()), zeros(c_size)),
            dropout: None,
            recurrent_dropout: None,
            chunk: ChunkRows::default(),
            checkpoint_every: 0,
        };
        let outputs = reference::forward(&dims, &case.inputs);
        let gradients = reference::backward(&dims, &case.inputs, &case.upstream);
        let grads = &golden["grads"];
        // The file has gradients of the initial states only where these were given.
        let given = |key: &str, size: usize, computed: &Vec<Series>| {
            if grads[key].is_null() {
                computed.clone()
            } else {
                pair(grads, key, size)
            }
        };
        let expected = Gradients {
            weights: weights(&grads["params"], &dims),
            x: series(&grads["input"]),
            h0: given("h0", dims.output(), &gradients.h0),
            c0: given("c0", c_size, &gradients.c0),
            squares: gradients.squares.clone(),
        };
        let expected = numbers(&sides(&golden["expect"], outputs.h.clone(), outputs.c.clone()), &expected);
        assert_close(&case, &numbers(&outputs, &gradients), &expected, 1e-8);
        let (outputs, gradients) = run(&case);
        assert_close(&case, &numbers(&outputs, &gradients), &expected, 4e-6);
    }
}

#[test]
fn rnn_equals_torch() {
    check(include_str!("../../../test/golden/rnn.json"));
}

#[test]
fn lstm_equals_torch() {
    check(include_str!("../../../test/golden/lstm.json"));
}

#[test]
fn gru_equals_torch() {
    check(include_str!("../../../test/golden/gru.json"));
}
