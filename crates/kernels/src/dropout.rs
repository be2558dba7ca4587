//! Dropout whose mask is a pure function of a seed and an index: backward asks again instead of storing it, and no split of the work changes it.

/// The increment and the finaliser of SplitMix64 (Steele, Lea and Flood 2014; constants of Stafford's mix 13).
const GOLDEN_GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

#[inline(always)]
fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

/// Which elements of a tensor stay, and what they are multiplied by.
#[derive(Clone, Copy)]
pub struct Mask {
    start: u64,
    /// An element is dropped if its 32 random bits are below this: p·2³², so 0 drops none and 2³² all.
    threshold: u64,
    scale: f32,
}

impl Mask {
    /// Drops each element with probability `p`, from 0 to 1, and divides the others by `1 − p`.
    pub fn new(seed: u32, p: f32) -> Self {
        // The seed is mixed before it offsets the sequence: neighbouring seeds would else give shifted copies of one mask.
        let start = mix((seed as u64).wrapping_add(1).wrapping_mul(GOLDEN_GAMMA));
        let threshold = (p as f64 * 4_294_967_296.0) as u64;
        Self { start, threshold, scale: (1.0 / (1.0 - p as f64)) as f32 }
    }

    /// 0 or `1/(1 − p)`, for the element of this index.
    #[inline(always)]
    pub fn factor(&self, index: u64) -> f32 {
        let bits = mix(self.start.wrapping_add((index + 1).wrapping_mul(GOLDEN_GAMMA))) >> 32;
        if bits < self.threshold {
            0.0
        } else {
            self.scale
        }
    }
}

/// `x ← x·mask/(1 − p)`; what is dropped becomes 0, also a NaN. The gradient is the same function of the gradient.
pub fn dropout_in_place(seed: u32, p: f32, x: &mut [f32]) {
    let mask = Mask::new(seed, p);
    for (index, x) in x.iter_mut().enumerate() {
        let factor = mask.factor(index as u64);
        *x = if factor == 0.0 { 0.0 } else { *x * factor };
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    const COUNT: usize = 1 << 18;

    fn dropped(seed: u32, p: f32) -> Vec<bool> {
        let mask = Mask::new(seed, p);
        (0..COUNT as u64).map(|index| mask.factor(index) == 0.0).collect()
    }

    /// Asserts that `hits` of `trials` is within 5 standard deviations of probability `p`.
    fn assert_rate(what: &str, hits: usize, trials: usize, p: f64) {
        let (expected, deviation) = (trials as f64 * p, (trials as f64 * p * (1.0 - p)).sqrt());
        assert!((hits as f64 - expected).abs() < 5.0 * deviation, "{what}: {hits} of {trials}, expected {expected} ± {deviation}");
    }

    #[test]
    fn drops_at_the_asked_rate_for_many_seeds() {
        for p in [0.01, 0.1, 0.5, 0.9] {
            for seed in [0, 1, 2, 12_345, u32::MAX] {
                assert_rate("rate", dropped(seed, p).into_iter().filter(|&d| d).count(), COUNT, p as f64);
            }
        }
    }

    #[test]
    fn neighbours_and_neighbouring_seeds_are_independent() {
        let p = 0.3f32;
        let both = |a: &[bool], b: &[bool]| a.iter().zip(b).filter(|(a, b)| **a && **b).count();
        for seed in [0, 7, 1 << 31] {
            let a = dropped(seed, p);
            for lag in [1, 2, 3, 4, 16, 64, 128, 1024] {
                assert_rate("neighbours", both(&a, &a[lag..]), COUNT - lag, (p * p) as f64);
            }
            for other in [seed + 1, seed ^ (1 << 16)] {
                let b = dropped(other, p);
                for lag in [0, 1, 2] {
                    assert_rate("seeds", both(&a, &b[lag..]), COUNT - lag, (p * p) as f64);
                    assert_rate("seeds", both(&b, &a[lag..]), COUNT - lag, (p * p) as f64);
                }
            }
        }
    }

    #[test]
    fn what_stays_is_divided_by_the_rate_of_staying() {
        let mut y: Vec<f32> = (1..=1000).map(|x| x as f32).collect();
        dropout_in_place(3, 0.75, &mut y);
        assert!(y.iter().enumerate().all(|(at, &y)| y == 0.0 || y == (at + 1) as f32 * 4.0));
        assert_rate("kept", y.iter().filter(|&&y| y != 0.0).count(), 1000, 0.25);
    }

    #[test]
    fn rates_0_and_1_are_exact() {
        let mut y = vec![1.5, f32::NAN, -2.0];
        dropout_in_place(9, 0.0, &mut y);
        assert!(y[0] == 1.5 && y[1].is_nan() && y[2] == -2.0);
        dropout_in_place(9, 1.0, &mut y);
        assert_eq!(y, [0.0; 3]);
        assert!(!dropped(5, 0.0).contains(&true) && !dropped(5, 1.0).contains(&false));
    }
}
