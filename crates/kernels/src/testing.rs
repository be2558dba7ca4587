//! What the tests of all three crates share.

/// Random numbers that are the same on every machine (a 64-bit linear congruential generator, Knuth's MMIX constants).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    pub fn bits(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }

    /// An integer below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        ((self.bits() as u64 * bound as u64) >> 32) as usize
    }

    /// A number between −1 and 1.
    pub fn float(&mut self) -> f32 {
        (self.bits() >> 8) as f32 / 8_388_608.0 - 1.0
    }

    pub fn floats(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.float()).collect()
    }
}
