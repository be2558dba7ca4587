//! LayerNorm and RMSNorm of one row.

/// `(x − m)/√(mean((x − m)²) + eps)`, `m` the mean or, if not centered, 0.
pub fn normalize(x: &[f64], centered: bool, eps: f64) -> Vec<f64> {
    let count = x.len() as f64;
    let mean = if centered { x.iter().sum::<f64>() / count } else { 0.0 };
    let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
    x.iter().map(|x| (x - mean) / (variance + eps).sqrt()).collect()
}

/// The gradient of [`normalize`] for the gradient `g` of its result, by the definition: `Σ_k g_k·∂y_k/∂x_j`.
pub fn normalize_backward(x: &[f64], g: &[f64], centered: bool, eps: f64) -> Vec<f64> {
    let count = x.len() as f64;
    let mean = if centered { x.iter().sum::<f64>() / count } else { 0.0 };
    let deviation = (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count + eps).sqrt();
    let slope = |k: usize, j: usize| {
        let own = if k == j { 1.0 } else { 0.0 } - if centered { 1.0 / count } else { 0.0 };
        own / deviation - (x[k] - mean) * (x[j] - mean) / (count * deviation.powi(3))
    };
    (0..x.len()).map(|j| (0..x.len()).map(|k| g[k] * slope(k, j)).sum()).collect()
}
